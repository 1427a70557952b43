/** A made-up plugin whose settings have one of each kind, in both languages, with a core that keeps what is saved. */
import type { FakeAnswers } from "../src/api/answers";
import type {
  CheckView,
  FieldView,
  FindingView,
  JsonValue,
  Line,
  PluginDetailView,
  PluginView,
  SettingsChangeView,
  SettingsView,
} from "../src/api/generated/center";
import { same, type Values, valueAt, withValue } from "../src/parts/form/pointers";

type Text = readonly [en: string, zh: string];

interface Kind {
  key: string;
  kind: string;
  title: Text;
  help?: Text;
  required?: boolean;
  schema: Values;
}

const section = { connection: "connection", answers: "answers", hours: "hours" };

const kinds: Kind[] = [
  {
    key: "provider",
    kind: "uri",
    title: ["Provider address", "服务商地址"],
    help: ["Where the answers come from.", "答案来自此地址。"],
    required: true,
    schema: {
      type: "string",
      format: "uri",
      section: section.connection,
      default: "https://bot.example.com",
      requiresRestart: true,
    },
  },
  {
    key: "clientId",
    kind: "text",
    title: ["Client ID", "客户端标识"],
    help: ["It is on your contract.", "见合同首页。"],
    required: true,
    schema: { type: "string", section: section.connection, minLength: 4, maxLength: 40 },
  },
  {
    key: "secret",
    kind: "password",
    title: ["Secret", "密钥"],
    help: ["Paste the secret from your contract.", "请粘贴合同中的密钥。"],
    required: true,
    schema: { type: "string", format: "password", section: section.connection },
  },
  {
    key: "contact",
    kind: "email",
    title: ["Contact", "联系邮箱"],
    schema: { type: "string", format: "email", section: section.connection },
  },
  {
    key: "threshold",
    kind: "number",
    title: ["Answer only if sure", "最低置信度"],
    help: ["Below this, a person takes over.", "低于该值时转人工。"],
    schema: { type: "number", minimum: 0, maximum: 1, default: 0.8, section: section.answers },
  },
  {
    key: "timeout",
    kind: "integer",
    title: ["Time to answer", "应答时限"],
    schema: { type: "integer", minimum: 1, maximum: 300, default: 30, unit: "s", section: section.answers },
  },
  {
    key: "mode",
    kind: "choice",
    title: ["Who answers first", "优先应答"],
    schema: {
      enum: ["bot-first", "bot-only", "agent-first"],
      default: "bot-first",
      section: section.answers,
    },
  },
  {
    key: "region",
    kind: "choice",
    title: ["Region", "区域"],
    schema: { enum: ["eu", "us", "cn", "jp"], section: section.answers },
  },
  {
    key: "greet",
    kind: "boolean",
    title: ["Greet people", "主动问候"],
    schema: { type: "boolean", default: true, section: section.answers },
  },
  {
    key: "recorded",
    kind: "boolean",
    title: ["Record conversations", "记录对话"],
    schema: { type: "boolean", section: section.answers },
  },
  {
    key: "greeting",
    kind: "multiline",
    title: ["Greeting", "问候语"],
    schema: { type: "string", format: "multiline", section: section.answers },
  },
  {
    key: "topics",
    kind: "list",
    title: ["Topics", "话题"],
    help: ["In this order.", "按此顺序排列。"],
    schema: {
      type: "array",
      items: { type: "string", minLength: 1 },
      uniqueItems: true,
      default: ["Delivery", "Invoices"],
      section: section.answers,
    },
  },
  {
    key: "channels",
    kind: "list",
    title: ["Channels", "渠道"],
    schema: {
      type: "array",
      uniqueItems: true,
      items: { enum: ["web", "mail", "phone"] },
      default: ["web"],
      section: section.answers,
    },
  },
  {
    key: "opens",
    kind: "time",
    title: ["Opens at", "开始时间"],
    schema: { type: "string", format: "time", default: "09:00", section: section.hours },
  },
  {
    key: "since",
    kind: "date",
    title: ["In use since", "启用日期"],
    schema: { type: "string", format: "date", section: section.hours },
  },
  {
    key: "routes",
    kind: "map",
    title: ["Routes", "路由"],
    help: ["Which topic goes to which desk.", "每个话题对应的坐席。"],
    schema: { type: "object", additionalProperties: { type: "string" }, section: section.hours },
  },
  {
    key: "legacy.port",
    kind: "integer",
    title: ["Old port", "旧端口"],
    schema: {
      type: "integer",
      default: 8080,
      deprecationMessage: "The address holds the port now.",
      section: section.hours,
    },
  },
];

const sections: { id: string; title: Text }[] = [
  { id: "connection", title: ["Connection", "连接"] },
  { id: "answers", title: ["Answers", "应答"] },
  { id: "hours", title: ["Hours and routes", "时间与路由"] },
];

const choices: Record<string, Text[]> = {
  mode: [
    ["The bot, then a person", "先机器人，后人工"],
    ["The bot only", "仅机器人"],
    ["A person, then the bot", "先人工，后机器人"],
  ],
  region: [
    ["Europe", "欧洲"],
    ["United States", "美国"],
    ["China", "中国"],
    ["Japan", "日本"],
  ],
};

export interface RichWorld {
  plugin: PluginDetailView;
  answers: FakeAnswers;
  /** What the core was sent, secrets and all. */
  sent: Values[];
  /** Saves as another superadmin would. */
  saveAs(name: string, values: Values): void;
}

const pointer = (key: string) => `/${key}`;
const defaults = kinds.reduce<Values>(
  (all, { key, schema }) => withValue(all, pointer(key), schema.default),
  {},
);

/** A center with one such plugin, off, its client ID and secret empty. */
export function richWorld(zh: boolean, base: PluginView): RichWorld {
  const say = ([en, chinese]: Text) => (zh ? chinese : en);
  const titled = new Map(kinds.map(({ key, title }) => [key, say(title)]));
  let saved: Values = {};
  let secret = false;
  let revision = 3;
  let changed: SettingsView["changed"] = null;
  const sent: Values[] = [];

  const effective = (difference: Values) =>
    kinds.reduce((all, { key }) => {
      const value = valueAt(difference, pointer(key));
      return value === undefined ? all : withValue(all, pointer(key), value);
    }, defaults);

  const laid = (values: Values) => {
    let next = saved;
    for (const [key, value] of Object.entries(values)) {
      if (key === "secret") continue;
      next = withValue(next, pointer(key), value === null ? undefined : value);
    }
    return next;
  };
  const hasSecret = (values: Values) =>
    "secret" in values ? "$set" in ((values.secret as object | null) ?? {}) : secret;

  const check = (values: Values): CheckView => {
    const now = effective(laid(values));
    const finding = (key: string, code: string, params: JsonValue = {}, below = ""): FindingView => ({
      pointer: pointer(key) + below,
      title: titled.get(key) ?? key,
      code,
      params,
      message: code,
    });
    const missing = kinds
      .filter(({ key, required }) => {
        if (!required) return false;
        return key === "secret" ? !hasSecret(values) : !String(now[key] ?? "").trim();
      })
      .map(({ key }) => finding(key, "required"));
    const invalid = kinds.flatMap(({ key, schema }) => {
      const value = now[key];
      const { type, minimum, maximum, minLength, format } = schema as Record<string, never>;
      if (value === undefined || value === "") return [];
      if ((type === "number" || type === "integer") && typeof value !== "number")
        return [finding(key, "type", { expected: [type] })];
      if (type === "integer" && !Number.isInteger(value)) return [finding(key, "type", { expected: [type] })];
      if (typeof value === "number" && minimum !== undefined && value < minimum)
        return [finding(key, "minimum", { limit: minimum })];
      if (typeof value === "number" && maximum !== undefined && value > maximum)
        return [finding(key, "maximum", { limit: maximum })];
      if (typeof value === "string" && minLength !== undefined && value.length < minLength)
        return [finding(key, "min_length", { limit: minLength })];
      if (format === "uri" && !/^https?:\/\/\S+$/.test(String(value)))
        return [finding(key, "format", { format })];
      if (format === "email" && !/^\S+@\S+$/.test(String(value))) return [finding(key, "format", { format })];
      if (Array.isArray(value)) {
        const empty = value.indexOf("");
        return empty < 0 ? [] : [finding(key, "min_length", { limit: 1 }, `/${empty}`)];
      }
      return [];
    });
    return { missing, invalid };
  };

  const fields = (): FieldView[] =>
    kinds.map(({ key, kind, title, required = false }) => ({
      pointer: pointer(key),
      title: say(title),
      kind,
      required,
      value: (key === "secret" ? null : (effective(saved)[key] ?? null)) as JsonValue,
      is_default: key === "secret" ? !secret : !(key in saved),
      stored: key === "secret" ? secret : null,
    }));

  const view = (turned_off = false): SettingsView => ({
    plugin: plugin.id,
    revision,
    schema: {
      type: "object",
      required: kinds.filter(({ required }) => required).map(({ key }) => key),
      properties: Object.fromEntries(
        kinds.map(({ key, schema, title, help }) => [
          key,
          {
            ...schema,
            title: say(title),
            ...(help && { description: say(help) }),
            ...(choices[key] && { enumItemLabels: choices[key].map(say) }),
          },
        ]),
      ) as JsonValue,
    } as JsonValue,
    sections: sections.map(({ id, title }) => ({ id, title: say(title) })),
    values: effective(saved) as JsonValue,
    changed,
    fields: fields(),
    unused: {},
    missing: check({}).missing,
    turned_off,
    restarts: false,
  });

  const save = (name: string, values: Values) => {
    secret = hasSecret(values);
    const next = laid(values);
    saved = Object.fromEntries(Object.entries(next).filter(([key, value]) => !same(value, defaults[key])));
    revision += 1;
    changed = { by: 1, name, at: Date.UTC(2026, 10, 20, 6, 5) };
    refreshPlugin();
  };

  const plugin: PluginDetailView = {
    ...base,
    license: { mode: "none", licenses: [], until: null, seats: null, vendor: null },
    description: zh
      ? "用您自己的知识库回答常见问题，答不上时转给人工。"
      : "Answers common questions from your own knowledge base, and hands over to a person when it cannot.",
    digest: "b3:6f1c4be0a2d95b7c8d33f0e14a7790aa51c2de4488b1907be2a4c5d6e7f80912",
    release: 17,
    fingerprint: "1f0c 22aa 9d41 77e3 5b60 8ac2 4410 93fe 6a27 d1b8 00c4 5e19 b7f3 2d86 e94a 7c05",
    installed_at: Date.UTC(2026, 10, 18, 6, 2),
    installed_by: 1,
    commands: [
      { id: "ask", permission: "use" },
      { id: "learn", permission: "train" },
      { id: "forget", permission: "train" },
    ],
    permissions: [
      { id: "use", title: zh ? "使用" : "Use" },
      { id: "train", title: zh ? "训练" : "Train" },
    ],
    dependencies: [
      {
        id: "com.example.directory",
        name: zh ? "通讯录" : "Directory",
        requirement: ">=1.2, <2",
        installed: "1.2.7",
        fits: true,
        on: true,
        optional: false,
        parent: false,
      },
      {
        id: "com.voice.recording",
        name: zh ? "通话录音" : "Call recording",
        requirement: "^1",
        installed: "1.0.0",
        fits: true,
        on: false,
        optional: true,
        parent: false,
      },
    ],
    dependents: [
      {
        id: "com.northdesk.email",
        name: zh ? "邮件工单" : "E-mail tickets",
        requirement: "^1.3",
        fits: true,
        on: true,
        optional: false,
        child: true,
      },
    ],
    services: {
      provides: [
        {
          name: "faq.answer",
          version: "1.0.0",
          permission: zh ? "使用" : "Use",
          state: "not_running",
          used_by: [{ id: "com.northdesk.email", name: zh ? "邮件工单" : "E-mail tickets" }],
        },
      ],
      uses: [
        {
          name: "directory.lookup",
          requirement: "^1",
          provider: { id: "com.example.directory", name: zh ? "通讯录" : "Directory" },
          version: "1.2.0",
          state: "available",
        },
        { name: "calendar.free", requirement: "^2", provider: null, version: null, state: "missing" },
      ],
    },
    approved: { by: 1, name: zh ? "李娜" : "Li Na", at: Date.UTC(2026, 10, 18, 6, 2) },
    asked: {
      capabilities: { http: ["bot.example.com:443"], memory: "256 MiB", storage: "64 MiB" },
      uses: ["directory.lookup"],
    },
    capabilities: {
      capabilities: { http: ["bot.example.com:443"], memory: "256 MiB", storage: "64 MiB" },
      uses: ["directory.lookup"],
    },
    sandbox: [],
    blockers: [],
    process: null,
  };

  function refreshPlugin() {
    const { missing } = check({});
    plugin.missing = missing.map(({ title }) => title);
    plugin.blockers = missing.map(({ pointer, title }) => ({ reason: "setting_missing", pointer, title }));
    if (!plugin.wanted) plugin.observed = { state: missing.length > 0 ? "set_up_first" : "off" };
  }
  refreshPlugin();

  const earlier: SettingsChangeView[] = [
    {
      revision: 2,
      by: { by: 2, name: "Wang Fang", at: Date.UTC(2026, 9, 2, 6, 5) },
      fields: [
        { pointer: "/timeout", title: "Time to answer", secret: false, before: null, after: 60 },
        { pointer: "/secret", title: "Secret", secret: true, before: null, after: null },
      ],
      values: {},
    },
    {
      revision: 1,
      by: { by: 1, name: "Li Na", at: Date.UTC(2026, 9, 1, 6, 2) },
      fields: [{ pointer: "/clientId", title: "Client ID", secret: false, before: null, after: "acme-1" }],
      values: { timeout: null, clientId: "acme-1" },
    },
  ];
  const answers: FakeAnswers = {
    plugin_show: () => plugin,
    config_get: () => view(),
    config_check: ({ values }) => check(values as Values),
    config_test: ({ values }) => {
      const { secret } = values as { secret?: { $set?: string } };
      if (secret?.$set === "wrong") return { outcome: "failed", message: "the provider refused the secret" };
      return { outcome: "passed", message: "3 answers are known" };
    },
    config_history: () => earlier,
    config_set: (args) => {
      const values = args.values as Values;
      sent.push(values);
      if (args.revision !== null && args.revision !== revision)
        throw { code: "changed_meanwhile", message: "", hint: "", details: { revision, fields: [] } };
      const { missing, invalid } = check(values);
      if (invalid.length > 0) throw { code: "invalid_settings", message: "", hint: "", details: { invalid } };
      if (plugin.wanted && missing.length > 0 && !args.turn_off)
        throw { code: "would_be_incomplete", message: "", hint: "", details: { missing } };
      const off = plugin.wanted && missing.length > 0;
      if (off) plugin.wanted = false;
      save(zh ? "李娜" : "Li Na", values);
      return view(off);
    },
    plugin_switch: ({ on }) => {
      if (on && plugin.blockers.length > 0)
        throw { code: "cannot_turn_on", message: "", hint: "", details: { reasons: plugin.blockers } };
      plugin.wanted = on;
      plugin.observed = { state: on ? "running" : "off" };
      plugin.revision += 1;
      refreshPlugin();
      return { wanted: on, observed: plugin.observed };
    },
    folder_rescan: () => null,
    capabilities_approve: () => null,
    uninstall_preview: () => ({
      people: 46,
      data: 1_258_291,
      needed_by: plugin.dependents,
      together: plugin.dependents.map(({ id }) => id),
    }),
    plugin_switch_together: () => ({ wanted: plugin.wanted, observed: plugin.observed }),
    plugin_uninstall: () => null,
    log_tail: () => lines,
    log_follow: () => null,
    log_unfollow: () => null,
  };
  return { plugin, answers, sent, saveAs: save };
}

const at = Date.UTC(2026, 10, 20, 6, 5);
const line = (after: number, level: Line["level"], target: string, message: string): Line => ({
  at: at + after * 1000,
  level,
  source: "plugin",
  target,
  message,
});
const lines: Line[] = [
  line(0, "info", "bot", "started, 214 answers known"),
  line(4, "debug", "bot::http", "connected to bot.example.com in 41 ms"),
  line(9, "info", "bot", "asked: where is my parcel"),
  { ...line(10, "warn", "bot", "not sure enough, handing over"), fields: { sure: 0.62, limit: 0.8 } },
  line(31, "error", "bot::http", "bot.example.com did not answer within 30 s; will try again"),
];
