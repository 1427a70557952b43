/** What a person typed as a command's arguments, as JSON. */
import type { JsonValue } from "../../api/generated/center";

/** Empty means none; full-width quotes, colons, commas and brackets, as Chinese keyboards write them, are taken as JSON's own only if nothing else fits. */
export function readArguments(text: string): { args: JsonValue } | null {
  if (!text.trim()) return { args: null };
  for (const attempt of [text, halfWidth(text)]) {
    try {
      return { args: JSON.parse(attempt) };
    } catch {
      // The next reading is tried.
    }
  }
  return null;
}

const wide: Record<string, string> = {
  "“": '"',
  "”": '"',
  "：": ":",
  "，": ",",
  "｛": "{",
  "｝": "}",
  "［": "[",
  "］": "]",
};

function halfWidth(text: string): string {
  return text.replace(/[“”：，｛｝［］]/g, (sign) => wide[sign] ?? sign);
}
