/** The generated form: each kind is shown, entered and given back; branches and findings are where they belong. */
import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { I18nextProvider } from "react-i18next";
import { beforeEach, expect, test } from "vitest";
import type { FieldView, JsonValue, SettingsView } from "../../api/generated/center";
import { i18n, startI18n } from "../../i18n";
import { theme } from "../../theme";
import { changesOf } from "./changes";
import { GeneratedForm } from "./GeneratedForm";
import { makeFormStore, place, valuesOf, visit } from "./state";

beforeEach(() => startI18n("en"));

function settingsOf(fields: Partial<FieldView>[], schema: JsonValue, values: JsonValue): SettingsView {
  const whole = {
    title: "Field",
    kind: "text",
    required: false,
    value: null,
    is_default: true,
    stored: null,
  };
  return {
    plugin: "com.example.test",
    revision: 1,
    schema,
    sections: [],
    values,
    changed: null,
    fields: fields.map((own) => ({ pointer: "/field", ...whole, ...own })),
    unused: {},
    missing: [],
    turned_off: false,
    restarts: false,
  };
}

function show(settings: SettingsView) {
  const store = makeFormStore(settings);
  render(
    <I18nextProvider i18n={i18n}>
      <MantineProvider theme={theme} env="test">
        <GeneratedForm store={store} aside={false} />
      </MantineProvider>
    </I18nextProvider>,
  );
  const sent = () => {
    const { base, values, secrets } = store.get();
    return changesOf(base.fields, valuesOf(base), values, secrets);
  };
  return { store, sent };
}

const one = (kind: string, schema: Record<string, JsonValue>, value?: JsonValue) =>
  settingsOf(
    [{ kind, ...(kind === "password" && { stored: false }) }],
    { type: "object", properties: { field: schema } },
    value === undefined ? {} : { field: value },
  );

const type = (text: string) => fireEvent.change(screen.getByLabelText("Field"), { target: { value: text } });

test.each([
  ["text", { type: "string" }, "before", "after", "after"],
  ["multiline", { type: "string", format: "multiline" }, "a", "a\nb", "a\nb"],
  ["uri", { type: "string", format: "uri" }, "https://a.example", "https：//b.example", "https://b.example"],
  ["email", { type: "string", format: "email" }, "a@b.example", "c＠b.example", "c@b.example"],
  ["date", { type: "string", format: "date" }, "2026-01-31", "2026-02-01", "2026-02-01"],
  ["time", { type: "string", format: "time" }, "09:30", "10：15", "10:15"],
  ["integer", { type: "integer" }, 5, "１２", 12],
  ["number", { type: "number" }, 0.5, "0.25", 0.25],
  ["number", { type: "number" }, 0.5, "half", "half"],
  ["map", { type: "object" }, { a: 1 }, '{"a": 2}', { a: 2 }],
  ["json", { type: ["string", "null"] }, null, '"x"', "x"],
] as [string, Record<string, JsonValue>, JsonValue, string, JsonValue][])(
  "a %s is shown as it is and given back as it was entered",
  (kind, schema, before, typed, given) => {
    const { sent } = show(one(kind, schema, before));
    expect(sent()).toEqual({});
    type(typed);
    expect(sent()).toEqual({ field: given });
  },
);

test("yes and no are a box with a default, and two buttons without", () => {
  const { sent } = show(one("boolean", { type: "boolean", default: true }, true));
  fireEvent.click(screen.getByRole("checkbox", { name: "Field" }));
  expect(sent()).toEqual({ field: false });
});

test("no can be chosen where nothing was", () => {
  const { sent } = show(one("boolean", { type: "boolean" }));
  fireEvent.click(within(screen.getByRole("radiogroup", { name: "Field" })).getByLabelText("No"));
  expect(sent()).toEqual({ field: false });
});

test("a choice shows the plugin's words and gives back the value, whatever its type", () => {
  const { sent } = show(one("choice", { enum: ["a", 2, null], enumItemLabels: ["Ay", "Two", "None"] }, "a"));
  expect(screen.getByLabelText("Ay")).toBeChecked();
  fireEvent.click(screen.getByLabelText("Two"));
  expect(sent()).toEqual({ field: 2 });
});

test("a list is added to, moved and shortened by buttons", () => {
  const { sent } = show(one("list", { type: "array", items: { type: "string" } }, ["a", "b"]));
  fireEvent.click(screen.getByRole("button", { name: "Move entry 2 of Field up" }));
  fireEvent.click(screen.getByRole("button", { name: "Add to Field" }));
  fireEvent.change(screen.getByLabelText("Field, entry 3"), { target: { value: "c" } });
  fireEvent.click(screen.getByRole("button", { name: "Remove entry 2 of Field" }));
  expect(sent()).toEqual({ field: ["b", "c"] });
});

test("a list of numbers gives back numbers", () => {
  const { sent } = show(one("list", { type: "array", items: { type: "integer" } }, [1]));
  fireEvent.change(screen.getByLabelText("Field, entry 1"), { target: { value: "7" } });
  expect(sent()).toEqual({ field: [7] });
});

test("several of a few choices are boxes, in the order of the plugin", () => {
  const schema = { type: "array", uniqueItems: true, items: { enum: ["a", "b", "c"] } };
  const { sent } = show(one("list", schema, ["c"]));
  fireEvent.click(screen.getByLabelText("a"));
  expect(sent()).toEqual({ field: ["a", "c"] });
});

test("a stored password is never shown; it is replaced, kept or removed", () => {
  const settings = settingsOf(
    [{ kind: "password", stored: true }],
    { type: "object", properties: { field: { type: "string", format: "password" } } },
    {},
  );
  const { sent } = show(settings);
  expect(screen.getByText("Stored, never shown")).toBeVisible();
  expect(screen.queryByLabelText("Field", { selector: "input" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Remove Field" }));
  expect(sent()).toEqual({ field: { $clear: true } });
  fireEvent.click(screen.getByRole("button", { name: "Keep it" }));
  fireEvent.click(screen.getByRole("button", { name: "Replace Field" }));
  expect(sent()).toEqual({});
  fireEvent.change(screen.getByLabelText("Field", { selector: "input" }), { target: { value: "new" } });
  expect(sent()).toEqual({ field: { $set: "new" } });
});

test("what is no JSON yet stays, and nothing is made of it", () => {
  const { store, sent } = show(one("json", { type: "object" }, { a: 1 }));
  type('{"a": ');
  expect(screen.getByLabelText("Field")).toHaveValue('{"a": ');
  expect(sent()).toEqual({});
  expect(store.get().broken).toEqual({ "/field": '{"a": ' });
  type('{"a": 2}');
  expect(store.get().broken).toEqual({});
});

test("use default puts the default back", () => {
  const { sent } = show(one("integer", { type: "integer", default: 3 }, 5));
  fireEvent.click(screen.getByRole("button", { name: "Use default for Field" }));
  expect(sent()).toEqual({ field: 3 });
});

test("a branch appears when its condition holds, and what was entered in it stays when it goes", async () => {
  const schema = {
    type: "object",
    properties: { mode: { enum: ["plain", "proxy"] } },
    if: { properties: { mode: { const: "proxy" } }, required: ["mode"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { host: { type: "string" } } },
  };
  const { sent } = show(
    settingsOf(
      [
        { pointer: "/mode", title: "Mode", kind: "choice" },
        { pointer: "/host", title: "Host" },
      ],
      schema,
      { mode: "plain" },
    ),
  );
  expect(screen.queryByLabelText("Host")).toBeNull();
  fireEvent.click(screen.getByLabelText("proxy"));
  fireEvent.change(await screen.findByLabelText("Host"), { target: { value: "h.example" } });
  fireEvent.click(screen.getByLabelText("plain"));
  expect(screen.queryByLabelText("Host")).toBeNull();
  expect(sent()).toEqual({ host: "h.example" });
});

test("findings stand at their fields, also under keys with dots; what is empty is said once it was visited", () => {
  const settings = settingsOf(
    [{ pointer: "/a.b", title: "Dotted" }],
    { type: "object", properties: { "a.b": { type: "string" } } },
    {},
  );
  const { store } = show(settings);
  const finding = { title: "Dotted", params: {}, message: "" };
  act(() => place(store, { missing: [{ ...finding, pointer: "/a.b", code: "required" }], invalid: [] }));
  expect(screen.queryByText("Please fill this in.")).toBeNull();
  act(() => visit(store, ["/a.b"]));
  expect(screen.getByLabelText("Dotted")).toHaveAccessibleDescription(/Please fill this in\./);
  expect(screen.getByLabelText("Dotted")).toBeInvalid();
  act(() =>
    place(store, {
      missing: [],
      invalid: [{ ...finding, pointer: "/a.b", code: "max_length", params: { limit: 4 } }],
    }),
  );
  expect(screen.getByText("Must have at most 4 characters.")).toBeVisible();
});

test("a kind that nobody knows is edited as JSON, never left out", () => {
  const { sent } = show(one("hologram", { type: "string" }, "x"));
  expect(screen.getByLabelText("Field")).toHaveValue('"x"');
  type('"y"');
  expect(sent()).toEqual({ field: "y" });
});
