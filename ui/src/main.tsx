/** Starts the window: language, then the screens. */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme.css";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { makeQueries } from "./api/client";
import { preferredLocale, startI18n } from "./i18n";
import { makeRouter } from "./router";
import { styleNonce } from "./theme";

const container = document.getElementById("root");
if (!container) throw new Error("index.html has no root element");

// For the locks that dialogs put on scrolling, which write styles of their own.
setNonce(styleNonce());
await startI18n(preferredLocale(navigator.languages));
createRoot(container).render(<App queries={makeQueries()} router={makeRouter()} />);
