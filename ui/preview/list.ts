/** Plugins of the made-up center, and what becomes of packages that are dropped on it. `?world=empty`, `?world=many`, `?world=licenses`. */
import type { FakeAnswers } from "../src/api/answers";
import type {
  AttentionView,
  FolderFileView,
  PlanView,
  PluginView,
  ProgressStage,
  SettingsView,
} from "../src/api/generated/center";

import { licenseAttention, licensedPlugins } from "./licenses";

const folder = "/home/li/.local/share/sprocket/plugins";
const moment = (ms: number) => new Promise((done) => setTimeout(done, ms));

const base: PluginView = {
  id: "com.example.chatbot",
  name: "FAQ bot",
  version: "1.4.0",
  publisher: "Example Ltd",
  key: "ed25519:AAAA",
  parent: null,
  icon: null,
  trusted: true,
  wanted: true,
  observed: { state: "running" },
  missing: [],
  update: null,
  people: 46,
  everyone: false,
  revision: 1,
};

export function plugins(zh: boolean): PluginView[] {
  const one = (id: string, name: [string, string], rest: Partial<PluginView>): PluginView => ({
    ...base,
    id,
    name: zh ? name[1] : name[0],
    ...rest,
  });
  const secret = zh ? "密钥" : "Secret";
  return [
    one("com.example.chatbot", ["FAQ bot", "智能机器人"], {
      wanted: false,
      observed: { state: "set_up_first" },
      missing: ["Client ID", secret],
      people: 0,
    }),
    one("com.example.directory", ["Directory", "通讯录"], { version: "1.2.7", everyone: true, people: 212 }),
    one("com.northdesk.tickets", ["Ticketing", "工单"], {
      publisher: "North Desk",
      version: "2.2.1",
      update: { file: "tickets-2.3.spk", version: "2.3.0" },
    }),
    one("com.northdesk.email", ["E-mail tickets", "邮件工单"], {
      publisher: "North Desk",
      version: "1.0.3",
      people: 9,
      parent: "com.northdesk.tickets",
      observed: {
        state: "waiting_for_dependency",
        awaited: [
          {
            id: "com.voice.recording",
            name: zh ? "通话录音" : "Call recording",
            requirement: "^1",
            why: "off",
          },
        ],
        together: ["com.voice.recording"],
      },
    }),
    one("com.northdesk.sms", ["SMS gateway", "短信网关"], {
      publisher: "North Desk",
      version: "3.1.0",
      observed: {
        state: "restarting",
        attempt: 2,
        of: 3,
        in_ms: 8000,
        cause: "it was ended by a memory fault (SIGSEGV)",
        ending: { ending: "killed", signal: "SIGSEGV" },
      },
    }),
    one("com.example.clock", ["Clock", "时钟"], {
      wanted: false,
      observed: {
        state: "stopped_after_errors",
        failures: 3,
        cause: "it used 300 MiB of memory, 256 are approved",
        ending: { ending: "over_memory", used: 300 * 2 ** 20, allowed: 256 * 2 ** 20 },
      },
    }),
    one("com.voice.recording", ["Call recording", "通话录音"], {
      publisher: zh ? "沃易思通信技术（深圳）有限公司" : "Voice & Line Telecommunications International",
      wanted: false,
      observed: { state: "off" },
      trusted: false,
    }),
    one("com.voice.archive", ["Voice archive", "语音归档"], {
      publisher: "Voice & Line",
      observed: { state: "package_missing" },
      people: 3,
    }),
  ];
}

/** Those of `?world=licenses` besides. */
export const withLicenses = (zh: boolean) => [...plugins(zh), ...licensedPlugins(zh, base)];

function many(): PluginView[] {
  return Array.from({ length: 1000 }, (_, index) => ({
    ...base,
    id: `com.example.plugin${index}`,
    name: `Plugin ${index}`,
    observed: index % 3 ? { state: "running" } : { state: "off" },
    wanted: index % 3 > 0,
  }));
}

const tampered = {
  code: "tampered",
  message: "the content was changed after signing",
  hint: "Do not use this file; get it again from its publisher.",
  details: { part: "payload" },
};
const waits = { code: "approval_needed", message: "waits", hint: "", details: { plugin: "com.widget.chat" } };

function files(zh: boolean): FolderFileView[] {
  const about = {
    name: zh ? "在线聊天" : "Web chat",
    version: "0.9.0",
    publisher: "Widget Co",
    trusted: false,
  };
  return [
    { file: "webchat-0.9.spk", plugin: "com.widget.chat", about, state: "waiting", cause: waits },
    { file: "crm-sync-4.2.spk", plugin: null, about: null, state: "arriving", cause: null },
    { file: "voice-2.1.spk", plugin: null, about: null, state: "refused", cause: tampered },
  ];
}

function attention(): AttentionView[] {
  const failed = {
    code: "start_failed",
    message: "it failed",
    hint: "",
    details: {
      failures: 3,
      cause: "it used 300 MiB of memory, 256 are approved",
      ending: { ending: "over_memory", used: 300 * 2 ** 20, allowed: 256 * 2 ** 20 },
    },
  };
  return [
    { id: 1, kind: "package_refused", subject: "voice-2.1.spk", cause: tampered, since: 0 },
    { id: 2, kind: "approval_waiting", subject: "webchat-0.9.spk", cause: waits, since: 0 },
    { id: 3, kind: "plugin_failed", subject: "com.example.clock", cause: failed, since: 0 },
    {
      id: 4,
      kind: "many_removed",
      subject: "plugins",
      cause: {
        code: "many_removed",
        message: "gone",
        hint: "",
        details: { plugins: ["com.example.directory", "com.northdesk.sms"] },
      },
      since: 0,
    },
    {
      id: 5,
      kind: "folder_unavailable",
      subject: "plugins",
      cause: { code: "folder_unavailable", message: "gone", hint: "", details: null },
      since: 0,
    },
  ];
}

/** What an upgrade newly requires. */
function required(zh: boolean): SettingsView {
  const [region, code] = zh ? ["区域", "访问码"] : ["Region", "Access code"];
  const rest = { required: true, value: null, is_default: true };
  const finding = { code: "required", params: {}, message: "required" };
  return {
    plugin: "com.example.chatbot",
    revision: 3,
    schema: {
      type: "object",
      required: ["region", "code"],
      properties: {
        greeting: { type: "string", title: "Greeting" },
        region: {
          type: "string",
          title: region,
          description: zh ? "合同中的区域代码。" : "As your contract names it.",
        },
        code: { type: "string", format: "password", title: code },
      },
    },
    sections: [],
    values: {},
    changed: null,
    fields: [
      { pointer: "/greeting", title: "Greeting", kind: "text", stored: null, ...rest, required: false },
      { pointer: "/region", title: region ?? "", kind: "text", stored: null, ...rest },
      { pointer: "/code", title: code ?? "", kind: "password", stored: false, ...rest },
    ],
    unused: {},
    missing: [
      { pointer: "/region", title: region ?? "", ...finding },
      { pointer: "/code", title: code ?? "", ...finding },
    ],
    turned_off: false,
    restarts: false,
  };
}

let plans = 0;

/** The plan of a file, by what its name says: `known`, `upgrade`, else the hardest case. */
function plan(path: string, zh: boolean): PlanView {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const upgrade = file.includes("upgrade") || file.includes("tickets");
  return {
    plan: `plan-${plans++}`,
    kind: upgrade ? "upgrade" : "install",
    plugin: "com.example.chatbot",
    name: zh ? "智能机器人" : "FAQ bot",
    version: "1.4.0",
    from: upgrade ? "1.3.2" : null,
    digest: "b3:9f2c41d07be6a83f55d1c07a4be91f2ad83c60e7f1b2945d6a0c8e7712fd3ab4",
    size: 3_355_443,
    file,
    files: 14,
    encrypted: false,
    resembles: null,
    description: zh
      ? "按知识库自动回答常见问题，无法回答时转人工。"
      : "Answers frequent questions from your knowledge base, and hands over to a person when it cannot.",
    icon: null,
    dependencies: upgrade
      ? [
          {
            id: "com.example.directory",
            name: zh ? "通讯录" : "Directory",
            requirement: "^1.2",
            installed: "1.2.7",
            fits: true,
            on: true,
            optional: false,
            parent: false,
          },
        ]
      : [],
    license: "none",
    licensed: true,
    publisher: "Example Ltd",
    key: "ed25519:AAAA",
    fingerprint: "9f2c 41d0 7be6 a83f 55d1 c07a 4be9 1f2a d83c 60e7 f1b2 945d 6a0c 8e77 12fd 3ab4",
    check_code: "41830 92217 00654 71190 38825 06417",
    trusted: upgrade || file.includes("known"),
    namespaces: ["com.example.*", "com.example.chatbot"],
    removed: upgrade
      ? {
          capabilities: { http: ["old.example.com:443"], memory: "128 MiB", storage: "64 MiB" },
          uses: [],
        }
      : {},
    permissions_added: upgrade ? [{ id: "train", title: zh ? "训练" : "Train it" }] : [],
    permissions_removed: [],
    capabilities: {
      capabilities: {
        http: upgrade ? ["voice.example.com:443"] : ["bot.example.com:443", `\${config.provider}`],
        memory: "256 MiB",
        storage: "64 MiB",
      },
      uses: [],
    },
    approve_capabilities: true,
    missing: upgrade ? [] : ["Client ID", zh ? "密钥" : "Secret"],
    settings: file.includes("fill") ? required(zh) : null,
    conflicts: [],
    warnings: [],
  };
}

const refusals: Record<string, object> = {
  tampered,
  zip: { code: "not_a_package", message: "not a package", hint: "", details: { resembles: "a ZIP archive" } },
  half: { code: "truncated", message: "ends early", hint: "", details: { have: 5, expected: 9 } },
  wrong: {
    code: "manifest_invalid",
    message: "3 mistakes",
    hint: "",
    details: {
      defects: [
        { path: "$.version", code: "x", message: "`1.4` is not a version" },
        {
          path: "$.commands[1].permission",
          code: "x",
          message: "`trian` is not declared, did you mean `train`?",
        },
        { path: "$.config.properties.secret", code: "x", message: "a password has no default" },
      ],
    },
  },
};

/** Answers about plugins and packages. */
export function listAnswers(zh: boolean): FakeAnswers {
  const world = new URLSearchParams(location.search).get("world");
  const licensed = world === "licenses";
  const ordinary = licensed ? withLicenses(zh) : plugins(zh);
  const state = { plugins: world === "empty" ? [] : world === "many" ? many() : ordinary };
  const bare = world !== null && !licensed;
  return {
    plugin_list: () => state.plugins,
    attention_list: () => (bare ? [] : licensed ? licenseAttention() : attention()),
    folder_list: () => (bare ? [] : files(zh)),
    folder_open: () => null,
    files_take: () => [],
    files_choose: () => ["/home/li/Downloads/chatbot-final(2).spk"],
    sample_packages: () => [
      { name: "chatbot", path: "/usr/lib/sprocket/samples/chatbot.spk" },
      { name: "tickets", path: "/usr/lib/sprocket/samples/known-tickets.spk" },
    ],
    path_look: ({ path }) =>
      path.endsWith(".spk") || path.endsWith(".license") || path.endsWith(".zip")
        ? { kind: "file", packages: [] }
        : { kind: "folder", packages: [`${path}/a.spk`, `${path}/half.spk`, `${path}/known.spk`] },
    package_plan: async ({ path, progress }) => {
      const tell = (stage: ProgressStage, done: number, total: number | null) =>
        progress.onmessage({ stage, done, total });
      tell("copying", 1_500_000, 3_355_443);
      if (path.includes("slow")) await moment(1e6);
      await moment(150);
      tell("signature", 0, null);
      await moment(100);
      const refusal = Object.entries(refusals).find(([word]) => path.includes(word));
      if (refusal) throw refusal[1];
      tell("contents", 0, null);
      await moment(100);
      return plan(path, zh);
    },
    package_apply: async ({ progress }) => {
      progress.onmessage({ stage: "unpacking", done: 0, total: null });
      await moment(400);
      return { plugin: "com.example.chatbot", version: "1.4.0", kind: "install", not_turned_on: null };
    },
    plan_discard: () => null,
    operation_cancel: () => null,
    attention_dismiss: () => null,
    plugin_switch: ({ plugin: id, on }) => {
      const one = state.plugins.find((plugin) => plugin.id === id);
      if (on && id === "com.example.chatbot")
        throw {
          code: "cannot_turn_on",
          message: "it cannot be turned on",
          hint: "",
          details: {
            reasons: [
              { reason: "setting_missing", pointer: "/clientId", title: "Client ID" },
              { reason: "setting_missing", pointer: "/secret", title: "Secret" },
              { reason: "capabilities_not_approved" },
              { reason: "dependency_off", plugin: "com.voice.recording" },
              { reason: "license_needed" },
            ],
          },
        };
      if (one) Object.assign(one, { wanted: on, observed: { state: on ? "running" : "off" }, revision: 2 });
      return { wanted: on, observed: { state: on ? "running" : "off" } };
    },
    status: () => ({
      version: "0.1.0",
      home: "/home/li/.local/share/sprocket",
      serving: true,
      initialised: true,
      installed: 8,
      running: 2,
      attention: 4,
      folder: "watching",
      folder_path: folder,
      sandbox: ["files", "network", "memory", "system_calls"].map((name) => ({
        name,
        enforced: world !== "declared" || name !== "network",
        note: null,
      })),
    }),
  };
}
