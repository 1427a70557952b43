/** Starts the window: language, then the screens. */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme.css";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { makeQueries } from "./api/client";
import { preferredLocale, startI18n } from "./i18n";
import { makeRouter } from "./router";

const container = document.getElementById("root");
if (!container) throw new Error("index.html has no root element");

await startI18n(preferredLocale(navigator.languages));
createRoot(container).render(<App queries={makeQueries()} router={makeRouter()} />);
