/** A made-up audit trail for the preview, found as the core finds. */
import type { FakeAnswers } from "../src/api/answers";
import type { AuditFilter, Row } from "../src/api/generated/center";

const NOW = Date.UTC(2026, 2, 14, 6, 2);

/** Everything that the activity asks for. */
export function trailAnswers(): FakeAnswers {
  return {
    audit_list: ({ last, filter }) =>
      activity()
        .filter((row) => isWanted(row, filter))
        .slice(-last),
    audit_verify: () => ({ rows: 14, head: `14:${"5b0e".repeat(16)}`, heads: 1, broken: null }),
    audit_export: ({ format }) => `/home/li/sprocket-activity.${format === "csv" ? "csv" : "jsonl"}`,
  };
}

function isWanted(row: Row, filter: AuditFilter): boolean {
  const asked = (row.details as { request?: string } | null)?.request ?? "";
  const isOne = (names: string[]) => names.includes(row.action) || names.includes(asked);
  const { words } = filter;
  const text = [row.action, row.target, row.name, row.target_name].join("\n").toLowerCase();
  return (
    row.seq < (filter.before ?? Number.POSITIVE_INFINITY) &&
    row.at >= (filter.since ?? 0) &&
    row.at < (filter.until ?? Number.POSITIVE_INFINITY) &&
    (filter.account ?? row.account) === row.account &&
    (filter.target ?? row.target) === row.target &&
    (!filter.refused || row.action.endsWith("refused")) &&
    (filter.actions.length === 0 || isOne(filter.actions)) &&
    (!words ||
      text.includes(words.text.toLowerCase()) ||
      isOne(words.actions) ||
      words.targets.includes(row.target))
  );
}

function activity(): Row[] {
  const rows: [string, number | null, string, string, Row["details"]][] = [
    ["nobody", null, "center_initialised", "1", null],
    ["person", 1, "account_created", "2", { role: "account" }],
    ["person", 1, "department_created", "2", { name: "E-mail", parent: 1 }],
    ["nobody", null, "sign_in_refused", "2", null],
    ["person", 2, "signed_in", "2", null],
    [
      "person",
      1,
      "publisher_trusted",
      "ed25519:AAAA",
      {
        before: { label: "Example", namespaces: ["com.example.chatbot"], checked: "By phone" },
        after: { label: "Example Ltd", namespaces: ["com.example.*"], checked: "By phone" },
      },
    ],
    ["folder", null, "plugin_installed", "com.example.directory", { from: null, to: "1.2.7" }],
    [
      "person",
      1,
      "plugin_upgraded",
      "com.example.chatbot",
      {
        from: "1.3.2",
        to: "1.4.0",
        digest: "1f9ae0c2b77d".repeat(5),
        signer: "ed25519:AAAA",
        turned_on: false,
        capabilities: { capabilities: { http: ["bot.example.com:443"], memory: "256 MiB" } },
      },
    ],
    ["person", 1, "account_role_changed", "2", { before: "account", after: "superadmin" }],
    [
      "person",
      1,
      "settings_changed",
      "com.example.chatbot",
      { revision: 2, fields: ["/clientId", "/secret"] },
    ],
    [
      "person",
      1,
      "permission_granted",
      "com.example.chatbot",
      { permission: "use", subject: { kind: "account", id: 2 } },
    ],
    ["person", 2, "refused", "com.example.chatbot", { code: "not_a_superadmin", request: "plugin_switch" }],
    ["system", null, "plugin_turned_off", "com.example.clock", { failures: 3, cause: "out of memory" }],
    ["person", 1, "something_new", "x", null],
  ];
  return rows.map(([actor, account, action, target, details], index) => ({
    seq: index + 1,
    at: NOW - (rows.length - index) * 3_700_000,
    actor,
    account,
    action,
    target,
    details,
    name: null,
    target_name: null,
    times: 1,
  }));
}
