/** What the screens read from the core, each under the key by which events mark it stale. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { call } from "./call";
import type { AccountId, AuditFilter, PeopleChange, PluginId, Subject } from "./generated/center";

export const centerStatus = queryOptions({ queryKey: ["status"], queryFn: () => call("status", {}) });

export const session = queryOptions({ queryKey: ["session"], queryFn: () => call("session_get", {}) });

export const preferences = queryOptions({
  queryKey: ["preferences"],
  queryFn: () => call("preferences_get", {}),
});

export const me = queryOptions({ queryKey: ["people", "me"], queryFn: () => call("me", {}) });

export const pluginList = (locale: string) =>
  queryOptions({ queryKey: ["plugins", "list", locale], queryFn: () => call("plugin_list", { locale }) });

export const plugin = (id: PluginId, locale: string) =>
  queryOptions({
    queryKey: ["plugins", "one", id, locale],
    queryFn: () => call("plugin_show", { plugin: id, locale }),
  });

export const attention = queryOptions({
  queryKey: ["attention"],
  queryFn: () => call("attention_list", {}),
});

export const folderFiles = (locale: string) =>
  queryOptions({ queryKey: ["folder", locale], queryFn: () => call("folder_list", { locale }) });

export const settingsHistory = (id: PluginId, locale: string) =>
  queryOptions({
    queryKey: ["settings", id, locale, "history"],
    queryFn: () => call("config_history", { plugin: id, locale }),
  });

export const settings = (id: PluginId, locale: string) =>
  queryOptions({
    queryKey: ["settings", id, locale],
    queryFn: () => call("config_get", { plugin: id, locale }),
  });

export const grants = (id: PluginId, locale: string) =>
  queryOptions({
    queryKey: ["grants", id, locale],
    queryFn: () => call("grant_list", { plugin: id, locale }),
  });

export const why = (plugin: PluginId, permission: string, account: AccountId) =>
  queryOptions({
    queryKey: ["grants", plugin, "why", permission, account],
    queryFn: () => call("why", { plugin, permission, account }),
  });

/** Who would gain and lose a permission; asked anew for each `revision` of the grants. */
export const grantPreview = (
  plugin: PluginId,
  permission: string,
  change: { add: Subject[]; remove: Subject[]; revision: number },
) =>
  queryOptions({
    queryKey: ["grants", plugin, "preview", permission, change],
    queryFn: () => call("grant_preview", { plugin, permission, add: change.add, remove: change.remove }),
    gcTime: 0,
  });

/** Who would gain and lose what by a change of people. */
export const peoplePreview = (change: PeopleChange, locale: string) =>
  queryOptions({
    queryKey: ["grants", "people", change, locale],
    queryFn: () => call("people_preview", { change, locale }),
    gcTime: 0,
  });

export const accounts = queryOptions({
  queryKey: ["people", "accounts"],
  queryFn: () => call("account_list", {}),
});

/** Where an account is signed in; `null`: whoever is signed in here. */
export const sessions = (account: AccountId | null) =>
  queryOptions({
    queryKey: ["people", "sessions", account],
    queryFn: () => call("session_list", { account }),
    gcTime: 0,
  });

/** What importing a table of accounts would do. */
export const importPlan = (path: string, departments: boolean) =>
  queryOptions({
    queryKey: ["people", "import", path, departments],
    queryFn: () => call("account_import_plan", { path, departments }),
    gcTime: 0,
    retry: false,
  });

export const departments = queryOptions({
  queryKey: ["people", "departments"],
  queryFn: () => call("department_list", {}),
});

export const licenses = (locale: string) =>
  queryOptions({ queryKey: ["licenses", locale], queryFn: () => call("license_list", { locale }) });

export const installationCode = queryOptions({
  queryKey: ["installation"],
  queryFn: () => call("license_code", {}),
  staleTime: Number.POSITIVE_INFINITY,
});

export const publishers = queryOptions({
  queryKey: ["publishers"],
  queryFn: () => call("publisher_list", {}),
});

/** What publishers encrypt packages for, so that this center alone reads them. */
export const recipient = queryOptions({
  queryKey: ["recipient"],
  queryFn: () => call("recipient_show", {}),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Where the key of stored passwords is; keyrings open and close without telling. */
export const secretsKey = queryOptions({
  queryKey: ["plugins", "secrets-key"],
  queryFn: () => call("secrets_key", {}),
});

/** What a key is compared by; not asked for what is no key. */
export const keyLook = (key: string, complete: boolean) =>
  queryOptions({
    queryKey: ["key", key],
    queryFn: () => call("publisher_look", { key }),
    enabled: complete,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const mine = (locale: string) =>
  queryOptions({ queryKey: ["mine", locale], queryFn: () => call("plugin_mine", { locale }) });

export const versions = (plugin: PluginId) =>
  queryOptions({ queryKey: ["versions", plugin], queryFn: () => call("version_list", { plugin }) });

export const kept = (locale: string) =>
  queryOptions({ queryKey: ["kept", locale], queryFn: () => call("kept_list", { locale }) });

/** So many rows of the audit trail are asked for at once. */
const PAGE = 100;

/** The wanted rows of the audit trail, the newest page first; not every row is told by an event. */
export const trail = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam: before }) => call("audit_list", { last: PAGE, filter: { ...filter, before } }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < PAGE ? null : (page[0]?.seq ?? null)),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** Whether the audit trail is whole, also against an end of it that was kept elsewhere; asked anew each time. */
export const verdict = (against: string | null) =>
  queryOptions({
    queryKey: ["verdict", against],
    queryFn: () => call("audit_verify", { against }),
    gcTime: 0,
    staleTime: 0,
  });

/** What an account sees of its plugins, and why. */
export const seenAs = (account: AccountId, locale: string) =>
  queryOptions({
    queryKey: ["grants", "seen", account, locale],
    queryFn: () => call("account_plugins", { account, locale }),
    staleTime: 0,
  });

/** What this person entered before the application ended; read once for each session. */
export const keptDrafts = (account: AccountId) =>
  queryOptions({
    queryKey: ["drafts", account],
    queryFn: () => call("draft_list", {}),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const autostart = queryOptions({ queryKey: ["autostart"], queryFn: () => call("autostart_get", {}) });

export const samples = queryOptions({ queryKey: ["samples"], queryFn: () => call("sample_packages", {}) });

/** The end of a plugin's log; what comes after is followed. */
export const logTail = (id: PluginId, lines: number) =>
  queryOptions({
    queryKey: ["plugins", "log", id, lines],
    queryFn: () => call("log_tail", { plugin: id, lines }),
  });

export const uninstallPreview = (id: PluginId, locale: string) =>
  queryOptions({
    queryKey: ["plugins", "uninstall", id, locale],
    queryFn: () => call("uninstall_preview", { plugin: id, locale }),
    gcTime: 0,
  });
