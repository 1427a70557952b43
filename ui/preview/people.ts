/** Made-up people, grants, publishers and own plugins for the preview; what is changed stays changed until reloaded. */
import { type FakeAnswers, tell } from "../src/api/answers";
import type {
  AccountView,
  DepartmentView,
  Grant,
  GrantsView,
  ImportRowView,
  ImportView,
  PersonView,
  PublisherView,
  SeenPluginView,
  SessionView,
  Subject,
  WhyView,
} from "../src/api/generated/center";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 14, 6, 2);

/** Everything that the screens of people, access, publishers and own plugins ask for. */
export function peopleAnswers(zh: boolean, as: string): FakeAnswers {
  const departments = organisation(zh);
  const accounts = people(zh, as, departments);
  const view = grants(zh);
  const publishers = makers(zh);
  const open = openSessions();
  const persons = (ids: number[]): PersonView[] =>
    accounts.filter(({ id }) => ids.includes(id)).map(({ id, login, name }) => ({ id, login, name }));
  const change = async <T>(answer: T): Promise<T> => {
    await tell({ kind: "people_changed" });
    return answer;
  };
  const find = (id: number): AccountView => {
    const found = accounts.find((account) => account.id === id);
    if (!found) throw { code: "not_found", message: `there is no account ${id}`, hint: "", details: null };
    return found;
  };
  const last = (id: number) => {
    const others = accounts.some((other) => other.id !== id && other.role === "superadmin" && other.enabled);
    if (find(id).role === "superadmin" && !others)
      throw {
        code: "last_superadmin",
        message: "this is the last enabled super administrator",
        hint: "Make someone else a super administrator first.",
        details: null,
      };
  };
  const regrant = async (permission: string, edit: (grants: Grant[]) => Grant[]): Promise<GrantsView> => {
    const own = view.permissions.find(({ id }) => id === permission);
    if (own) own.grants = edit(own.grants);
    view.revision += 1;
    await tell({ kind: "grants_changed", plugin: "com.example.chatbot" });
    return view;
  };
  const same = (a: Subject, b: Subject) =>
    a.kind === b.kind && ("id" in a && "id" in b ? a.id === b.id : true);
  return {
    account_list: () => accounts,
    me: () => find(1),
    recovery_code_make: ({ password }) => {
      if (password === "wrong")
        throw { code: "wrong_credentials", message: "the password is wrong", hint: "", details: null };
      Object.assign(find(1), { recovery_code: true });
      return { login: "lina", recovery_code: "7k2m-9qxd-h4tw-0cvn-8rjb-5yzp" };
    },
    account_delete: ({ account }) => {
      last(account);
      accounts.splice(accounts.indexOf(find(account)), 1);
      return change(null);
    },
    password_change: ({ new: chosen }) => {
      if (chosen.startsWith("Password"))
        throw { code: "weak_password", message: "common", hint: "", details: { rule: "common" } };
      return null;
    },
    department_list: () => departments,
    session_list: ({ account }) =>
      account === null || account === 1 ? open : open.filter(({ own }) => !own),
    session_end: ({ session }) => {
      const left = open.filter(({ id, own }) => own || (session !== null && id !== session));
      const ended = open.length - left.length;
      open.splice(0, open.length, ...left);
      return change(ended);
    },
    account_create: ({ login, name, role }) => {
      if (accounts.some((account) => account.login === login))
        throw { code: "already_exists", message: `the login \`${login}\` is taken`, hint: "", details: null };
      const id = accounts.length + 1;
      accounts.push({
        id,
        login,
        name,
        role,
        enabled: true,
        departments: [],
        recovery_code: false,
        revision: 1,
      });
      return change({ id, one_time_password: "kelp-7Qd2-marble-94xn" });
    },
    table_choose: () => "/home/li/Documents/people.csv",
    passwords_save: () => "/home/li/Documents/sprocket-passwords.csv",
    account_import_plan: ({ departments: make }) => table(zh, make),
    account_import: ({ departments: make }) =>
      change({
        accounts: table(zh, make).accounts.map(({ login, name }, index) => ({
          login,
          name,
          one_time_password: `kelp-7Qd2-marble-9${index}xn`,
        })),
      }),
    account_reset: ({ account }) => change({ id: account, one_time_password: "tarn-3Wm8-copper-51vb" }),
    account_rename: ({ account, name }) =>
      change(void Object.assign(find(account), { name })).then(() => null),
    account_role: ({ account, role }) => {
      if (role === "account") last(account);
      Object.assign(find(account), { role });
      return change(null);
    },
    account_enable: ({ account, enabled }) => {
      if (!enabled) last(account);
      Object.assign(find(account), { enabled });
      return change(null);
    },
    account_departments: ({ account, departments: ids }) => {
      Object.assign(find(account), { departments: departments.filter(({ id }) => ids.includes(id)) });
      return change(null);
    },
    department_create: ({ name, parent }) => {
      const above = departments.find(({ id }) => id === parent)?.path ?? [];
      const made = { id: departments.length + 20, path: [...above, name], parent };
      departments.push(made);
      return change(made);
    },
    people_preview: ({ change: wish }) =>
      wish.change === "department_moved"
        ? []
        : [
            {
              plugin: "com.example.chatbot",
              name: zh ? "智能机器人" : "FAQ bot",
              permission: { id: "use", title: zh ? "使用机器人" : "Ask the bot" },
              gains: wish.change === "account_departments" ? persons([3]) : [],
              loses: persons([2]),
            },
            {
              plugin: "com.northdesk.tickets",
              name: zh ? "工单" : "Ticketing",
              permission: { id: "use", title: zh ? "处理工单" : "Work on tickets" },
              gains: [],
              loses: persons([2, 4, 5, 6, 7, 8, 9]),
            },
          ],
    grant_list: () => view,
    grant_preview: ({ add, remove }) => ({
      before: 46,
      after: 46 + add.length * 4 - remove.length * 2,
      gains: add.length ? persons([3, 4, 5, 6]) : [],
      loses: remove.length ? persons([2, 7]) : [],
      seats: null,
    }),
    grant_add: ({ permission, subject }) =>
      regrant(permission, (grants) => [
        ...grants.filter((grant) => !same(grant.subject, subject)),
        { subject, by: 1, at: NOW },
      ]),
    grant_remove: ({ permission, subject }) =>
      regrant(permission, (grants) => grants.filter((grant) => !same(grant.subject, subject))),
    why: ({ account }) => ({
      allowed: account === 2,
      sources:
        account === 2
          ? [
              { source: "grant", subject: { kind: "account", id: 2 }, path: [] },
              {
                source: "grant",
                subject: { kind: "department", id: 2, below: true },
                path: departments[1]?.path ?? [],
              },
            ]
          : [],
      obstacles: account === 2 ? [] : ["account_disabled", "no_grant", "not_running"],
    }),
    recipient_show: () => ({ recipient: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" }),
    publisher_list: () => publishers,
    publisher_withdraw: async ({ key, reason }) => {
      const found = publishers.find((publisher) => publisher.key === key);
      if (found) found.withdrawn = { by: 1, at: NOW, reason };
      await tell({ kind: "publishers_changed" });
      return null;
    },
    publisher_look: ({ key }) => {
      const { fingerprint, check_code } = publisher(key, "");
      return { fingerprint, check_code };
    },
    publisher_trust: async ({ key, label, namespaces, checked }) => {
      const known = publishers.find((publisher) => publisher.key === key);
      const made = { ...(known ?? publisher(key, label)), label, namespaces, checked, withdrawn: null };
      if (known) Object.assign(known, made);
      else publishers.push(made);
      await tell({ kind: "publishers_changed" });
      return made;
    },
    plugin_mine: () => ({
      plugins: as === "empty" ? [] : ownPlugins(zh),
      contacts: zh ? ["李娜", "王芳"] : ["Li Na"],
    }),
    account_plugins: ({ account }) => (account === 2 ? seenPlugins(zh, departments) : []),
    plugin_call: ({ call, args }) => callPlugin(call, args),
  };
}

function organisation(zh: boolean): DepartmentView[] {
  const at = (id: number, parent: number | null, ...path: string[]): DepartmentView => ({ id, path, parent });
  return zh
    ? [
        at(1, null, "客户服务部"),
        at(2, 1, "客户服务部", "邮件组"),
        at(4, 1, "客户服务部", "电话组"),
        at(5, 4, "客户服务部", "电话组", "夜班"),
        at(3, null, "销售部"),
        at(6, 3, "销售部", "华东区"),
        at(7, 6, "销售部", "华东区", "邮件组"),
      ]
    : [
        at(1, null, "Support"),
        at(2, 1, "Support", "E-mail"),
        at(4, 1, "Support", "Telephone"),
        at(5, 4, "Support", "Telephone", "Night shift"),
        at(3, null, "Sales"),
        at(6, 3, "Sales", "East"),
        at(7, 6, "Sales", "East", "E-mail"),
      ];
}

function people(zh: boolean, as: string, tree: DepartmentView[]): AccountView[] {
  const names = zh
    ? ["李娜", "王芳", "奥卡福", "陈伟", "刘洋", "赵敏", "孙丽", "周杰", "吴迪"]
    : [
        "Li Na",
        "Wang Fang",
        "Sam Okafor",
        "Chen Wei",
        "Liu Yang",
        "Maria Lindqvist",
        "Tom Baker",
        "Aiko Mori",
        "Wu Di",
      ];
  const logins = ["lina", "wangfang", "sam", "chenwei", "liuyang", "maria.lindqvist", "tom", "aiko", "wudi"];
  const of = [[], [1, 2], [3], [4], [5], [6, 7], [2], [4], []];
  return names.map((name, index) => ({
    id: index + 1,
    login: logins[index] ?? "",
    name,
    role: index === 0 ? "superadmin" : "account",
    enabled: index !== 2,
    departments: tree.filter(({ id }) => of[index]?.includes(id)),
    recovery_code: index === 0 && as !== "promoted",
    revision: 1,
  }));
}

function table(zh: boolean, make: boolean): ImportView {
  const row = (line: number, login: string, name: string, ...departments: string[][]): ImportRowView => {
    return { line, login, name, role: "account", departments };
  };
  const night = zh ? ["客户服务部", "夜间组"] : ["Support", "Nights"];
  const late = row(5, "yuki", zh ? "高桥由纪" : "Yuki Takahashi", night);
  const first = [
    row(2, "zhangwei", zh ? "张伟" : "Zhang Wei", zh ? ["客户服务部", "邮件组"] : ["Support", "E-mail"]),
    row(3, "elena.petrova", zh ? "彼得罗娃" : "Elena Petrova", zh ? ["销售部"] : ["Sales"]),
  ];
  const unknown = { problem: "department_unknown" as const, path: night.join("/") };
  return {
    plan: String(make),
    encoding: zh ? "GB18030" : "UTF-8",
    accounts: make ? [...first, late] : first,
    wrong: [
      { line: 4, login: "sam", problems: [{ problem: "login_taken" }] },
      ...(make ? [] : [{ line: 5, login: "yuki", problems: [unknown] }]),
    ],
    departments: make ? [night] : [],
  };
}

function openSessions(): SessionView[] {
  const at = (id: string, kind: SessionView["kind"], since: number, seen: number): SessionView => ({
    id,
    kind,
    since: NOW - since,
    seen: NOW - seen,
    own: id === "9c1f04d2a7e35b86",
  });
  return [
    at("9c1f04d2a7e35b86", "window", 5_400_000, 60_000),
    at("41be770932c6d8f5", "command_line", 3 * DAY, 7_200_000),
    at("e06a5519bb3f2c47", "command_line", 9 * DAY, 6 * DAY),
  ];
}

function grants(zh: boolean): GrantsView {
  const give = (subject: Subject, ago: number): Grant => ({ subject, by: 1, at: NOW - ago * DAY });
  return {
    revision: 7,
    permissions: [
      {
        id: "use",
        title: zh ? "使用机器人" : "Ask the bot",
        people: 46,
        grants: [
          give({ kind: "department", id: 1, below: true }, 12),
          give({ kind: "department", id: 7, below: false }, 3),
          give({ kind: "account", id: 2 }, 2),
          give({ kind: "account", id: 3 }, 1),
        ],
      },
      { id: "train", title: zh ? "训练机器人" : "Teach the bot", people: 0, grants: [] },
    ],
  };
}

function publisher(key: string, label: string): PublisherView {
  return {
    key,
    label,
    fingerprint: "9f2c 41d0 77ab 03e5 c1b8 5a6d 20f4 9e13 884b d7f1 6c02 ae59 31d8 f046 b7c9 5512",
    check_code: "41830 92217 00654 71190 38825 06417",
    namespaces: ["com.example.*"],
    checked: "",
    added_by: 1,
    added_at: NOW - 40 * DAY,
    withdrawn: null,
  };
}

function makers(zh: boolean): PublisherView[] {
  const phone = zh ? "电话核对，与合同第 4 页一致" : "By phone, same as on page 4 of the contract";
  const reason = zh ? "私钥已泄露，对方来信通知" : "Their private key leaked, as they wrote to us";
  return [
    { ...publisher("ed25519:AAAA", "Example Ltd"), checked: phone },
    {
      ...publisher("ed25519:BBBB", "North Desk"),
      check_code: "07755 31980 44162 90037 61528 72201",
      namespaces: ["com.northdesk.tickets", "com.northdesk.sms"],
      checked: zh ? "官网公布的核对码一致" : "Same as on their website",
    },
    {
      ...publisher("ed25519:CCCC", "Widget Co"),
      check_code: "66120 58849 10973 24486 03317 95570",
      namespaces: ["co.widget.*"],
      checked: zh ? "当面核对" : "In person",
      withdrawn: { by: 1, at: NOW - DAY, reason },
    },
  ];
}

function ownPlugins(zh: boolean) {
  const make = (id: string, name: string, running: boolean, titles: string[], commands: string[]) => ({
    id,
    name,
    version: "1.4.0",
    description: zh
      ? "根据团队维护的问答库回答问题；答不上来的转给人工坐席。"
      : "Answers questions from a list that the team teaches it, and passes on what it does not know.",
    icon: null,
    running,
    permissions: titles.map((title, index) => ({ id: ["use", "train"][index] ?? "x", title })),
    commands: commands.map((command, index) => ({ id: command, permission: ["use", "train"][index] ?? "x" })),
  });
  return [
    make(
      "com.example.chatbot",
      zh ? "智能机器人" : "FAQ bot",
      true,
      zh ? ["使用机器人", "训练机器人"] : ["Ask the bot", "Teach the bot"],
      ["ask", "learn"],
    ),
    make("com.example.clock", zh ? "时钟" : "Clock", true, zh ? ["查看时间"] : ["See the time"], ["now"]),
    make("com.northdesk.tickets", zh ? "工单" : "Ticketing", false, zh ? ["处理工单"] : ["Work on tickets"], [
      "list",
    ]),
  ];
}

function seenPlugins(zh: boolean, [support]: DepartmentView[]): SeenPluginView[] {
  const through = { kind: "department", id: 1, below: true } as const;
  const sources: WhyView["sources"] = [
    { source: "grant", subject: { kind: "account", id: 2 }, path: [] },
    { source: "grant", subject: through, path: support?.path ?? [] },
  ];
  return ownPlugins(zh).map((plugin) => ({
    plugin,
    why: plugin.permissions.map((_, index) => ({
      allowed: plugin.running,
      sources: sources.slice(index),
      obstacles: plugin.running ? [] : ["no_license", "not_running"],
    })),
  }));
}

async function callPlugin(call: string, args: unknown) {
  if (call === "now") return "2026-03-14T06:02:11Z";
  if (call === "learn")
    throw {
      code: "plugin_fault",
      message: "`com.example.chatbot`: invalid",
      hint: "Look at the plugin's log.",
      details: { code: "invalid", message: "missing field `answer`" },
    };
  if (args === null) return new Promise<never>(() => {});
  return { answer: "Monday to Friday, 9 to 17", likeness: 0.91, from: "opening hours" };
}
