/** Colours and fonts of the window, with enough contrast in light and dark. */
import { createTheme } from "@mantine/core";

const fonts =
  'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 9, dark: 8 },
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: "600" },
  defaultRadius: "md",
});

/** The nonce that the content security policy allows for styles; empty outside the shell. */
export function styleNonce(): string {
  return document.querySelector<HTMLStyleElement>("style[nonce]")?.nonce ?? "";
}
