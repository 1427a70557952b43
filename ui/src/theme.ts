/** Colours, fonts and the manner of controls, with enough contrast in light and dark. */
import {
  Button,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  MultiSelect,
  PasswordInput,
  Select,
  Table,
  TextInput,
  Tooltip,
} from "@mantine/core";

const fonts =
  'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

/** Every one is there or not: fontconfig would answer for the names of other systems with what is no monospace in Chinese. */
const monospace = '"DejaVu Sans Mono", "Noto Sans Mono CJK SC", Menlo, Consolas, monospace';

/** Lists inside the field's own place: reachable by screen readers, covered by no dialog. */
const combobox = { withScrollArea: false, comboboxProps: { withinPortal: false } };

/** Mantine's teal, its darkest two shades darker: white on them, and they on light teal, are well readable. */
const teal: MantineColorsTuple = [
  "#e6fcf5",
  "#c3fae8",
  "#96f2d7",
  "#63e6be",
  "#38d9a9",
  "#20c997",
  "#12b886",
  "#0ca678",
  "#077855",
  "#066649",
];

export const theme = createTheme({
  colors: { teal },
  primaryColor: "teal",
  primaryShade: { light: 9, dark: 8 },
  fontFamily: fonts,
  fontFamilyMonospace: monospace,
  headings: { fontFamily: fonts, fontWeight: "600" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({ defaultProps: { centered: false, radius: "md", padding: "lg" } }),
    ModalHeader: { defaultProps: { component: "div" } },
    MultiSelect: MultiSelect.extend({ defaultProps: combobox }),
    PasswordInput: PasswordInput.extend({ defaultProps: { inputWrapperOrder: order() } }),
    Select: Select.extend({ defaultProps: combobox }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6 } }),
    TextInput: TextInput.extend({ defaultProps: { inputWrapperOrder: order() } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 300 } }),
  },
});

/** The description under the field, the mistake under that. */
function order(): ("label" | "input" | "description" | "error")[] {
  return ["label", "input", "description", "error"];
}

/** The nonce that the content security policy allows for styles; empty outside the shell. */
export function styleNonce(): string {
  return document.querySelector<HTMLStyleElement>("style[nonce]")?.nonce ?? "";
}
