/** Everything around the screens: queries, texts, colours, who is signed in. Knows no domain. */
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { I18nextProvider } from "react-i18next";
import { Follow } from "./Follow";
import { Gate } from "./features/session/Gate";
import { i18n } from "./i18n";
import type { makeRouter } from "./router";
import { styleNonce, theme } from "./theme";

interface Parts {
  queries: QueryClient;
  router: ReturnType<typeof makeRouter>;
}

export function App({ queries, router }: Parts) {
  return (
    <StrictMode>
      <QueryClientProvider client={queries}>
        <I18nextProvider i18n={i18n}>
          <MantineProvider
            theme={theme}
            defaultColorScheme="auto"
            getStyleNonce={styleNonce}
            withGlobalClasses={false}
            env={import.meta.env.MODE === "test" ? "test" : "default"}
          >
            <ModalsProvider>
              <Notifications position="bottom-right" />
              <Follow />
              <Gate left={() => void router.navigate({ to: "/" })}>
                <RouterProvider router={router} />
              </Gate>
            </ModalsProvider>
          </MantineProvider>
        </I18nextProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}
