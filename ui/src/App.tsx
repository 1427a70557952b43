/** Everything around the screens: queries, texts, colours. Knows no domain. */
import { MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { I18nextProvider } from "react-i18next";
import { StatusScreen } from "./features/status/StatusScreen";
import { i18n } from "./i18n";
import { styleNonce, theme } from "./theme";

export function App({ queries }: { queries: QueryClient }) {
  return (
    <StrictMode>
      <QueryClientProvider client={queries}>
        <I18nextProvider i18n={i18n}>
          <MantineProvider
            theme={theme}
            defaultColorScheme="auto"
            getStyleNonce={styleNonce}
            withGlobalClasses={false}
          >
            <StatusScreen />
          </MantineProvider>
        </I18nextProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}
