/** The window's screens in a browser, over made-up answers: `npm run dev`, then /preview/?locale=zh-CN&theme=dark#/people.
 * `as`: `superadmin`, `account` or `nobody`. Not part of the application.
 */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "../src/theme.css";
import { createBrowserHistory, parseHref } from "@tanstack/history";
import { createRoot } from "react-dom/client";
import { App } from "../src/App";
import { answerCommands, drag, tell } from "../src/api/answers";
import { makeQueries } from "../src/api/client";
import { startI18n } from "../src/i18n";
import { makeRouter } from "../src/router";
import { answers } from "./world";

const wish = new URLSearchParams(location.search);
const locale = wish.get("locale") === "zh-CN" ? "zh-CN" : "en";
const theme = wish.get("theme") === "dark" ? "dark" : "light";

const world = answers({ locale, theme, as: wish.get("as") ?? "superadmin" });
answerCommands(world);
Object.assign(window, { tell, drag, answers: world });
await startI18n(locale);
const container = document.getElementById("root");
if (!container) throw new Error("index.html has no root element");
const pages = createBrowserHistory({
  parseLocation: () => parseHref(location.hash.slice(1) || "/", window.history.state),
  createHref: (href) => `${location.pathname}${location.search}#${href}`,
});
createRoot(container).render(<App queries={makeQueries()} router={makeRouter(pages)} />);
