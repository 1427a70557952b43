/** Starts the window: language, then the screens. */
import "@mantine/core/styles.css";
import "./theme.css";
import { QueryClient } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { preferredLocale, startI18n } from "./i18n";

const container = document.getElementById("root");
if (!container) throw new Error("index.html has no root element");

await startI18n(preferredLocale(navigator.languages));
createRoot(container).render(<App queries={new QueryClient()} />);
