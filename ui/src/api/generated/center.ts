/** Written by `scripts/types` from the center's Rust types. */

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

export type PluginId = string;

export type PublicKey = string;

export type AccountId = number;

export type DepartmentId = number;

export type Role = "superadmin" | "account";

export type Token = string;

export type Password = string;

export type SessionKind = "window" | "command_line";

export type PeopleChange = { "change": "account_enabled", account: AccountId, enabled: boolean, } | { "change": "account_deleted", account: AccountId, } | { "change": "account_departments", account: AccountId, departments: Array<DepartmentId>, } | { "change": "department_moved", department: DepartmentId, parent: DepartmentId | null, } | { "change": "department_deleted", department: DepartmentId, };

export type TrustAnswer = { 
/**
 * The publisher's name, as the superadmin wants to see it.
 */
label: string, 
/**
 * `com.example.*` or one id.
 */
namespaces: Array<string>, 
/**
 * How the check code was compared.
 */
checked: string, };

export type Filled = JsonValue;

export type Answers = { 
/**
 * Trust the unknown key: how it was checked and for which ids. `None` keeps the package waiting.
 */
trust: TrustAnswer | null, 
/**
 * The capabilities shown were approved.
 */
capabilities: boolean, 
/**
 * Switch it on in the same step, if nothing stands against it.
 */
turn_on: boolean, 
/**
 * Settings to save in the same step, as for `config_set`; `null`: none.
 */
settings: Filled, };

export type Request = { "command": "status" } | { "command": "init", "args": { login: string, name: string, password: Password, kind: SessionKind, } } | { "command": "sign_in", "args": { login: string, password: Password, kind: SessionKind, } } | { "command": "sign_out" } | { "command": "me" } | { "command": "plugin_mine", "args": { locale: string, } } | { "command": "session_list", "args": { account: AccountId | null, } } | { "command": "session_end", "args": { account: AccountId | null, session: string | null, } } | { "command": "password_change", "args": { old: Password, new: Password, } } | { "command": "account_list" } | { "command": "account_create", "args": { login: string, name: string, role: Role, } } | { "command": "account_import_plan", "args": { path: string, departments: boolean, } } | { "command": "account_import", "args": { path: string, departments: boolean, plan: string, } } | { "command": "account_enable", "args": { account: AccountId, enabled: boolean, revision: number | null, } } | { "command": "account_role", "args": { account: AccountId, role: Role, revision: number | null, } } | { "command": "account_rename", "args": { account: AccountId, name: string, revision: number | null, } } | { "command": "account_reset", "args": { account: AccountId, } } | { "command": "account_departments", "args": { account: AccountId, departments: Array<DepartmentId>, revision: number | null, } } | { "command": "account_plugins", "args": { account: AccountId, locale: string, } } | { "command": "account_delete", "args": { account: AccountId, revision: number | null, } } | { "command": "account_recover", "args": { login: string, code: Password, new: Password, } } | { "command": "recovery_code_make", "args": { password: Password, } } | { "command": "department_list" } | { "command": "department_create", "args": { name: string, parent: DepartmentId | null, } } | { "command": "department_rename", "args": { department: DepartmentId, name: string, } } | { "command": "department_move", "args": { department: DepartmentId, parent: DepartmentId | null, } } | { "command": "department_delete", "args": { department: DepartmentId, } } | { "command": "people_preview", "args": { change: PeopleChange, locale: string, } } | { "command": "publisher_list" } | { "command": "publisher_trust", "args": { key: PublicKey, label: string, namespaces: Array<string>, checked: string, } } | { "command": "publisher_look", "args": { key: PublicKey, } } | { "command": "recipient_show" } | { "command": "publisher_withdraw", "args": { key: PublicKey, reason: string, } } | { "command": "plugin_list", "args": { locale: string, } } | { "command": "plugin_show", "args": { plugin: PluginId, locale: string, } } | { "command": "package_plan", "args": { path: string, locale: string, } } | { "command": "package_apply", "args": { plan: string, answers: Answers, } } | { "command": "package_arrange", "args": { plans: Array<string>, locale: string, } } | { "command": "plan_discard", "args": { plan: string, } } | { "command": "folder_list", "args": { locale: string, } } | { "command": "folder_rescan" } | { "command": "folder_removals", "args": { answer: Removals, } } | { "command": "folder_renew" } | { "command": "plugin_switch", "args": { plugin: PluginId, on: boolean, revision: number | null, } } | { "command": "plugin_switch_together", "args": { plugin: PluginId, on: boolean, others: Array<PluginId>, revision: number | null, } } | { "command": "capabilities_approve", "args": { plugin: PluginId, } } | { "command": "package_put_back", "args": { plugin: PluginId, locale: string, } } | { "command": "uninstall_preview", "args": { plugin: PluginId, locale?: string, } } | { "command": "kept_list", "args": { locale: string, } } | { "command": "kept_purge", "args": { plugin: PluginId, } } | { "command": "plugin_uninstall", "args": { plugin: PluginId, purge: boolean, } } | { "command": "config_get", "args": { plugin: PluginId, locale: string, } } | { "command": "config_check", "args": { plugin: PluginId, values: JsonValue, locale: string, } } | { "command": "config_test", "args": { plugin: PluginId, values: JsonValue, locale: string, } } | { "command": "config_history", "args": { plugin: PluginId, locale: string, } } | { "command": "config_set", "args": { plugin: PluginId, values: JsonValue, revision: number | null, turn_off: boolean, } } | { "command": "grant_list", "args": { plugin: PluginId, locale: string, } } | { "command": "grant_add", "args": { plugin: PluginId, permission: string, subject: Subject, locale: string, revision: number | null, } } | { "command": "grant_remove", "args": { plugin: PluginId, permission: string, subject: Subject, locale: string, revision: number | null, } } | { "command": "grant_preview", "args": { plugin: PluginId, permission: string, add: Array<Subject>, remove: Array<Subject>, } } | { "command": "why", "args": { plugin: PluginId, permission: string, account: AccountId, } } | { "command": "license_list", "args": { locale: string, } } | { "command": "license_import", "args": { path: string, plugin?: PluginId, locale: string, } } | { "command": "license_remove", "args": { license: string, } } | { "command": "license_code" } | { "command": "plugin_call", "args": { plugin: PluginId, call: string, args: JsonValue, } } | { "command": "log_tail", "args": { plugin: PluginId, lines: number, } } | { "command": "attention_list" } | { "command": "attention_dismiss", "args": { id: number, } } | { "command": "audit_list", "args": { last: number, filter: AuditFilter, } } | { "command": "audit_verify", "args": { against: string | null, } } | { "command": "backup_make", "args": { path: string, passphrase: Password | null, } } | { "command": "version_list", "args": { plugin: PluginId, } } | { "command": "version_plan", "args": { plugin: PluginId, digest: string, locale: string, } } | { "command": "doctor", "args": { deep: boolean, } } | { "command": "secrets_key" } | { "command": "secrets_rekey", "args": { to: KeyPlace | null, give_up: boolean, } } | { "command": "window_raise", "args": { files: Array<string>, } } | { "command": "events" } | { "command": "log_follow", "args": { plugin: PluginId, } };

export type Subject = { "kind": "everyone" } | { "kind": "account", 
/**
 * Which.
 */
id: AccountId, } | { "kind": "department", 
/**
 * Which.
 */
id: DepartmentId, 
/**
 * Also those below it.
 */
below: boolean, };

export type Grant = { 
/**
 * To whom.
 */
subject: Subject, 
/**
 * By whom; `None`: the system.
 */
by: AccountId | null, 
/**
 * When.
 */
at: number, };

export type Removals = "uninstall" | "put_back";

export type ErrorView = { 
/**
 * The stable word.
 */
code: string, 
/**
 * The sentence.
 */
message: string, 
/**
 * The next step.
 */
hint: string, 
/**
 * Values, or `null`.
 */
details: JsonValue, };

export type StatusView = { 
/**
 * Sprocket's version.
 */
version: string, 
/**
 * The home folder.
 */
home: string, 
/**
 * Whether plugins run in this process (false: the command line opened the home itself).
 */
serving: boolean, 
/**
 * Whether a superadmin exists.
 */
initialised: boolean, 
/**
 * How many plugins are installed.
 */
installed: number, 
/**
 * How many run.
 */
running: number, 
/**
 * How many things need a person.
 */
attention: number, 
/**
 * `watching`, `polling`, `idle`, or why the plugin folder is not believed.
 */
folder: string, 
/**
 * The plugin folder, absolute.
 */
folder_path: string, 
/**
 * What the sandbox enforces on this computer; empty until a plugin ran.
 */
sandbox: Array<MeasureView>, };

export type InitView = { 
/**
 * To print and keep; shown once.
 */
recovery_code: string, 
/**
 * The new session.
 */
signed_in: SignedInView, };

export type SignedInView = { 
/**
 * Whose.
 */
account: AccountId, 
/**
 * Its login.
 */
login: string, 
/**
 * Its role.
 */
role: Role, 
/**
 * The one-time password has to be changed before anything else.
 */
must_change: boolean, 
/**
 * Proves the session; kept by the shell or the command line, never given to a web view.
 */
token: Token, };

export type SessionView = { 
/**
 * Names it; opens nothing.
 */
id: string, 
/**
 * Where it lives.
 */
kind: SessionKind, 
/**
 * When somebody signed in.
 */
since: number, 
/**
 * When it was used last, to within five minutes.
 */
seen: number, 
/**
 * It is the one that asks.
 */
own: boolean, };

export type AccountView = { 
/**
 * Its id.
 */
id: AccountId, 
/**
 * What it signs in with.
 */
login: string, 
/**
 * The person's name.
 */
name: string, 
/**
 * What it may do in the center.
 */
role: Role, 
/**
 * Whether it may sign in.
 */
enabled: boolean, 
/**
 * Full paths of its departments.
 */
departments: Array<DepartmentView>, 
/**
 * It has a recovery code; only superadmins have one.
 */
recovery_code: boolean, 
/**
 * Its revision.
 */
revision: number, };

export type AccountCreatedView = { 
/**
 * Its id.
 */
id: AccountId, 
/**
 * To hand over; works once, shown once.
 */
one_time_password: string, };

export type ImportView = { 
/**
 * Names all that is shown here; carrying it out is refused if anything of it has changed.
 */
plan: string, 
/**
 * How the file's letters were read: `UTF-8` or `GB18030`.
 */
encoding: string, 
/**
 * The accounts that would be created.
 */
accounts: Array<ImportRowView>, 
/**
 * The lines that are left out.
 */
wrong: Array<WrongRowView>, 
/**
 * Full paths of the departments that would be made, those above first.
 */
departments: Array<Array<string>>, };

export type ImportRowView = { 
/**
 * Its line in the file, from 1.
 */
line: number, 
/**
 * What it will sign in with.
 */
login: string, 
/**
 * The person's name.
 */
name: string, 
/**
 * What it may do in the center.
 */
role: Role, 
/**
 * Full paths of its departments.
 */
departments: Array<Array<string>>, };

export type WrongRowView = { 
/**
 * Its line in the file, from 1.
 */
line: number, 
/**
 * Its login, as it is written there.
 */
login: string, 
/**
 * Everything that is wrong with it.
 */
problems: Array<RowProblem>, };

export type RowProblem = { "problem": "login_invalid" } | { "problem": "login_taken" } | { "problem": "login_twice", first: number, } | { "problem": "name_invalid" } | { "problem": "role_unknown", role: string, } | { "problem": "department_unknown", path: string, } | { "problem": "department_invalid", path: string, };

export type ImportedView = { 
/**
 * With their one-time passwords, in the order of the table.
 */
accounts: Array<HandOverView>, };

export type HandOverView = { 
/**
 * What it signs in with.
 */
login: string, 
/**
 * The person's name.
 */
name: string, 
/**
 * To hand over; works once, shown once.
 */
one_time_password: string, };

export type RecoveredView = { 
/**
 * What it signs in with.
 */
login: string, 
/**
 * To print and keep; shown once.
 */
recovery_code: string, };

export type DepartmentView = { 
/**
 * Its id.
 */
id: DepartmentId, 
/**
 * Its full path, from the top.
 */
path: Array<string>, 
/**
 * The department above.
 */
parent: DepartmentId | null, };

export type PublisherView = { 
/**
 * The keyid.
 */
key: string, 
/**
 * 64 hex digits in groups of four.
 */
fingerprint: string, 
/**
 * Six groups of five digits.
 */
check_code: string, 
/**
 * The name a superadmin gave it.
 */
label: string, 
/**
 * What ids it may sign.
 */
namespaces: Array<string>, 
/**
 * How it was checked.
 */
checked: string, 
/**
 * Who trusted it.
 */
added_by: AccountId | null, 
/**
 * When.
 */
added_at: number, 
/**
 * Set when trust was withdrawn.
 */
withdrawn: WithdrawnView | null, };

export type WithdrawnView = { 
/**
 * By whom.
 */
by: AccountId | null, 
/**
 * When.
 */
at: number, 
/**
 * Why, in their words.
 */
reason: string, };

export type KeyView = { 
/**
 * 64 hex digits in groups of four.
 */
fingerprint: string, 
/**
 * Six groups of five digits.
 */
check_code: string, };

export type StateView = { "state": "off" } | { "state": "set_up_first" } | { "state": "not_trusted", by: string | null, at: number | null, reason: string | null, } | { "state": "license_needed" } | { "state": "license_expired", at: number, } | { "state": "waiting_for_keyring", lost: boolean, } | { "state": "passwords_unreadable" } | { "state": "waiting_for_dependency", awaited: Array<AwaitedView>, together: Array<PluginId>, } | { "state": "starting" } | { "state": "running" } | { "state": "stopping" } | { "state": "restarting", attempt: number, of: number, in_ms: number, cause: string, ending: Ending | null, } | { "state": "stopped_after_errors", failures: number, cause: string, ending: Ending | null, } | { "state": "package_missing" };

export type PluginView = { 
/**
 * Its id.
 */
id: PluginId, 
/**
 * Its name in the asked language.
 */
name: string, 
/**
 * Installed version.
 */
version: string, 
/**
 * Who made it: the label of the trusted key.
 */
publisher: string, 
/**
 * The signer's keyid.
 */
key: string, 
/**
 * The plugin of which it is a sub-plugin, installed or not.
 */
parent: PluginId | null, 
/**
 * Its icon as a `data:` address; an image only.
 */
icon: string | null, 
/**
 * Whether that key is trusted now.
 */
trusted: boolean, 
/**
 * What superadmins want.
 */
wanted: boolean, 
/**
 * What is.
 */
observed: StateView, 
/**
 * Titles of the required settings that are empty.
 */
missing: Array<string>, 
/**
 * A newer version that waits for a person in the plugin folder.
 */
update: UpdateView | null, 
/**
 * How many enabled accounts can use it, superadmins not counted.
 */
people: number, 
/**
 * Granted to everyone.
 */
everyone: boolean, 
/**
 * Its revision.
 */
revision: number, };

export type PluginDetailView = { 
/**
 * What it is for, in the asked language.
 */
description: string, 
/**
 * The package's digest.
 */
digest: string, 
/**
 * Its release counter.
 */
release: number, 
/**
 * The signer's fingerprint.
 */
fingerprint: string, 
/**
 * Installed or last upgraded.
 */
installed_at: number, 
/**
 * By whom; `None`: the folder or the system.
 */
installed_by: AccountId | null, 
/**
 * Its commands and the permission each asks for.
 */
commands: Array<CommandView>, 
/**
 * Its permissions.
 */
permissions: Array<TitledView>, 
/**
 * Other plugins that it needs.
 */
dependencies: Array<DependencyView>, 
/**
 * Installed plugins that need it.
 */
dependents: Array<DependentView>, 
/**
 * What it provides to other plugins, and uses of them.
 */
services: ServicesView, 
/**
 * Who approved what it may do, and when; `None` if nothing had to be approved.
 */
approved: ActView | null, 
/**
 * All capabilities that the package asks for, approved or not.
 */
asked: JsonValue, 
/**
 * Approved capabilities.
 */
capabilities: JsonValue, 
/**
 * Each measure of its sandbox, while it runs.
 */
sandbox: Array<MeasureView>, 
/**
 * Why it cannot be switched on; empty if it can.
 */
blockers: Array<Blocker>, 
/**
 * How it is licensed.
 */
license: PluginLicenseView, 
/**
 * The process, while it runs.
 */
process: ProcessView | null, 
/**
 * Its id.
 */
id: PluginId, 
/**
 * Its name in the asked language.
 */
name: string, 
/**
 * Installed version.
 */
version: string, 
/**
 * Who made it: the label of the trusted key.
 */
publisher: string, 
/**
 * The signer's keyid.
 */
key: string, 
/**
 * The plugin of which it is a sub-plugin, installed or not.
 */
parent: PluginId | null, 
/**
 * Its icon as a `data:` address; an image only.
 */
icon: string | null, 
/**
 * Whether that key is trusted now.
 */
trusted: boolean, 
/**
 * What superadmins want.
 */
wanted: boolean, 
/**
 * What is.
 */
observed: StateView, 
/**
 * Titles of the required settings that are empty.
 */
missing: Array<string>, 
/**
 * A newer version that waits for a person in the plugin folder.
 */
update: UpdateView | null, 
/**
 * How many enabled accounts can use it, superadmins not counted.
 */
people: number, 
/**
 * Granted to everyone.
 */
everyone: boolean, 
/**
 * Its revision.
 */
revision: number, };

export type ProcessView = { 
/**
 * Its process id.
 */
pid: number, 
/**
 * Since when it runs.
 */
since: number, };

export type CommandView = { 
/**
 * Its id.
 */
id: string, 
/**
 * The permission it asks for.
 */
permission: string, };

export type MeasureView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Whether this computer enforces it.
 */
enforced: boolean, 
/**
 * Why not, or what is special.
 */
note: string | null, };

export type Blocker = { "reason": "setting_missing", pointer: string, title: string, } | { "reason": "setting_invalid", pointer: string, title: string, code: string, } | { "reason": "dependency_missing", plugin: string, requirement: string, } | { "reason": "dependency_other_version", plugin: string, requirement: string, installed: string, } | { "reason": "dependency_off", plugin: string, } | { "reason": "dependency_blocked", plugin: string, reasons: Array<Blocker>, } | { "reason": "capabilities_not_approved" } | { "reason": "publisher_not_trusted" } | { "reason": "license_needed", verdict: LicenseVerdict | null, } | { "reason": "package_missing" };

export type PlanView = { 
/**
 * To apply or discard it within 30 minutes.
 */
plan: string, 
/**
 * What it would do.
 */
kind: PlanKind, 
/**
 * Which plugin.
 */
plugin: PluginId, 
/**
 * Its name in the asked language.
 */
name: string, 
/**
 * The package's version.
 */
version: string, 
/**
 * The installed version, for an upgrade.
 */
from: string | null, 
/**
 * The package's digest.
 */
digest: string, 
/**
 * Bytes of the file.
 */
size: number, 
/**
 * The file's name, as it was given.
 */
file: string, 
/**
 * How many files are inside.
 */
files: number, 
/**
 * Another installed plugin that it could be taken for.
 */
resembles: ResemblesView | null, 
/**
 * Whether it came encrypted for this center.
 */
encrypted: boolean, 
/**
 * What it is for, in the asked language.
 */
description: string, 
/**
 * Its icon as a `data:` address; an image only.
 */
icon: string | null, 
/**
 * Other plugins that it needs.
 */
dependencies: Array<DependencyView>, 
/**
 * Whether it needs a license, and from whom: `none`, `host`, `vendor`.
 */
license: string, 
/**
 * Whether nothing about licenses stands against running it: it needs none of the center's, or has one that holds.
 */
licensed: boolean, 
/**
 * Who says they made it.
 */
publisher: string, 
/**
 * The signer's keyid.
 */
key: string, 
/**
 * 64 hex digits in groups of four.
 */
fingerprint: string, 
/**
 * Six groups of five digits.
 */
check_code: string, 
/**
 * Whether the key is trusted already.
 */
trusted: boolean, 
/**
 * What a person could trust this key for, the wider first: `com.example.*`, then the one id.
 */
namespaces: Array<string>, 
/**
 * Capabilities that the installed version has and this one does not ask for.
 */
removed: JsonValue, 
/**
 * Permissions that the installed version does not have (an install: all).
 */
permissions_added: Array<TitledView>, 
/**
 * Permissions that only the installed version has.
 */
permissions_removed: Array<TitledView>, 
/**
 * What it asks for (an upgrade: only what is new).
 */
capabilities: JsonValue, 
/**
 * Whether a person has to approve capabilities.
 */
approve_capabilities: boolean, 
/**
 * Required settings that would be empty.
 */
missing: Array<string>, 
/**
 * Of an upgrade that lacks any: the settings as they would be, to fill them in with the answer.
 */
settings: SettingsView | null, 
/**
 * Why it cannot be installed as things are; empty if it can.
 */
conflicts: Array<ConflictView>, 
/**
 * What a person should know.
 */
warnings: Array<string>, };

export type ResemblesView = { 
/**
 * Its id.
 */
plugin: string, 
/**
 * Its name in the asked language.
 */
name: string, };

export type PlanKind = "install" | "reinstall" | "upgrade" | "go_back";

export type ProgressView = { 
/**
 * What is being done.
 */
stage: ProgressStage, 
/**
 * Bytes done in this stage.
 */
done: number, 
/**
 * Bytes of this stage, where that is known.
 */
total: number | null, };

export type ProgressStage = "copying" | "signature" | "contents" | "unpacking" | "saving" | "starting";

export type AppliedView = { 
/**
 * Which plugin.
 */
plugin: PluginId, 
/**
 * Its version now.
 */
version: string, 
/**
 * What was done.
 */
kind: PlanKind, 
/**
 * Why it was not switched on, though that was asked for.
 */
not_turned_on: ErrorView | null, };

export type SwitchedView = { 
/**
 * What is wanted now.
 */
wanted: boolean, 
/**
 * What is now.
 */
observed: StateView, };

export type FolderFileView = { 
/**
 * Its name.
 */
file: string, 
/**
 * The plugin in it, once known.
 */
plugin: string | null, 
/**
 * The plugin's name in the asked language, its version and publisher, once known.
 */
about: PackageView | null, 
/**
 * `installed`, `arriving`, `waiting`, `refused`, `superseded`, …
 */
state: string, 
/**
 * Why it waits or was refused.
 */
cause: ErrorView | null, };

export type SettingsView = { 
/**
 * Whose.
 */
plugin: PluginId, 
/**
 * To send back with a save.
 */
revision: number, 
/**
 * The JSON Schema in the asked language: texts resolved, an object at the top, password fields marked by their format.
 */
schema: JsonValue, 
/**
 * Named groups of fields, in order.
 */
sections: Array<SectionView>, 
/**
 * The values in force, nested as in the schema; secrets left out.
 */
values: JsonValue, 
/**
 * Who saved last, and when.
 */
changed: ActView | null, 
/**
 * The fields in order.
 */
fields: Array<FieldView>, 
/**
 * Saved values that the present schema does not know; not given to the plugin.
 */
unused: JsonValue, 
/**
 * What is missing before it can be on.
 */
missing: Array<FindingView>, 
/**
 * Whether the change turned the plugin off.
 */
turned_off: boolean, 
/**
 * Whether the change touched a setting that takes effect only in a new process; a plugin that runs gets one.
 */
restarts: boolean, };

export type FieldView = { 
/**
 * JSON pointer into the settings.
 */
pointer: string, 
/**
 * Its title in the asked language.
 */
title: string, 
/**
 * `string`, `password`, `integer`, …
 */
kind: string, 
/**
 * Must not be empty while the plugin is on.
 */
required: boolean, 
/**
 * The value in force; `null` for a secret.
 */
value: JsonValue, 
/**
 * Whether the value is the default.
 */
is_default: boolean, 
/**
 * For a secret: whether one is stored.
 */
stored: boolean | null, };

export type FindingView = { 
/**
 * JSON pointer into the settings.
 */
pointer: string, 
/**
 * The field's title.
 */
title: string, 
/**
 * The rule, such as `required`, `minimum`.
 */
code: string, 
/**
 * The rule's values, never the field's.
 */
params: JsonValue, 
/**
 * The sentence in English.
 */
message: string, };

export type CheckView = { 
/**
 * May be saved while off; blocks switching on.
 */
missing: Array<FindingView>, 
/**
 * May not be saved.
 */
invalid: Array<FindingView>, };

export type TestedView = { "outcome": "passed", 
/**
 * The plugin's words to the person, if it had any: cleaned, at most 2 KiB.
 */
message: string | null, } | { "outcome": "failed", 
/**
 * The plugin's words, or why there was no answer.
 */
message: string, } | { "outcome": "unsupported" };

export type SettingsChangeView = { 
/**
 * Counts the changes.
 */
revision: number, 
/**
 * Who saved, and when.
 */
by: ActView, 
/**
 * What it changed.
 */
fields: Array<FieldChangeView>, 
/**
 * What to save now for the settings to be as they were after this change: by key, `null` for a default. Only
 * what differs from now; secrets stay as they are.
 */
values: JsonValue, };

export type FieldChangeView = { 
/**
 * JSON pointer into the settings.
 */
pointer: string, 
/**
 * The field's title in the asked language; its key if the present version has no such field.
 */
title: string, 
/**
 * A secret: its values were never recorded.
 */
secret: boolean, 
/**
 * The value before; `null` stands for the default.
 */
before: JsonValue, 
/**
 * The value after it.
 */
after: JsonValue, };

export type GrantsView = { 
/**
 * To send back with a change.
 */
revision: number, 
/**
 * Each permission.
 */
permissions: Array<PermissionView>, };

export type PermissionView = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its title in the asked language.
 */
title: string, 
/**
 * Who was granted it.
 */
grants: Array<Grant>, 
/**
 * How many enabled accounts that makes, superadmins not counted.
 */
people: number, };

export type WhyView = { 
/**
 * Whether it may, now.
 */
allowed: boolean, 
/**
 * What gives it the permission, even if something else prevents its use.
 */
sources: Array<SourceView>, 
/**
 * What prevents its use.
 */
obstacles: Array<Obstacle>, };

export type SourceView = { "source": "superadmin" } | { "source": "grant", subject: Subject, path: Array<string>, };

export type Obstacle = "unknown_account" | "account_disabled" | "not_installed" | "no_license" | "not_running" | "unknown_permission" | "no_grant";

export type AttentionView = { 
/**
 * To dismiss it.
 */
id: number, 
/**
 * `package_refused`, `approval_waiting`, `plugin_failed`, …
 */
kind: string, 
/**
 * A plugin's id or a file's name.
 */
subject: string, 
/**
 * What and what next.
 */
cause: ErrorView, 
/**
 * Since when.
 */
since: number, };

export type TitledView = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its title.
 */
title: string, };

export type DependencyView = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name if it is installed, else its id.
 */
name: string, 
/**
 * Accepted versions, such as `^1.2`.
 */
requirement: string, 
/**
 * The installed version.
 */
installed: string | null, 
/**
 * Whether the installed version is one of those accepted.
 */
fits: boolean, 
/**
 * Whether it is wanted on.
 */
on: boolean, 
/**
 * Whether the plugin does without.
 */
optional: boolean, 
/**
 * Whether the plugin is a sub-plugin of it.
 */
parent: boolean, };

export type DependentView = { 
/**
 * Its id.
 */
id: PluginId, 
/**
 * Its name in the asked language.
 */
name: string, 
/**
 * The versions that it accepts.
 */
requirement: string, 
/**
 * Whether the installed version is one of those accepted.
 */
fits: boolean, 
/**
 * Whether it is wanted on.
 */
on: boolean, 
/**
 * Whether it does without.
 */
optional: boolean, 
/**
 * Whether it is a sub-plugin of the one shown.
 */
child: boolean, };

export type AwaitedView = { 
/**
 * Its id.
 */
id: PluginId, 
/**
 * Its name if it is installed, else its id.
 */
name: string, 
/**
 * Accepted versions.
 */
requirement: string, 
/**
 * Why it is not there.
 */
why: AwaitedBecause, };

export type AwaitedBecause = "missing" | "other_version" | "off" | "not_running";

export type Ending = { "ending": "gone" } | { "ending": "exited", code: number, } | { "ending": "killed", signal: string, } | { "ending": "hung" } | { "ending": "unwell", said: string, } | { "ending": "misbehaved", how: string, } | { "ending": "over_storage", used: number, allowed: number, } | { "ending": "over_memory", used: number, allowed: number, } | { "ending": "over_threads", used: number, allowed: number, } | { "ending": "not_in_time", allowed_ms: number, } | { "ending": "settings_refused", said: string, } | { "ending": "refused", said: string, };

export type NamedView = { 
/**
 * Its id.
 */
id: PluginId, 
/**
 * Its name.
 */
name: string, };

export type ServicesView = { 
/**
 * Those that other plugins may call.
 */
provides: Array<ProvidedServiceView>, 
/**
 * Those of other plugins that it may call.
 */
uses: Array<UsedServiceView>, };

export type ProvidedServiceView = { 
/**
 * Its name.
 */
name: string, 
/**
 * The version of its contract.
 */
version: string, 
/**
 * The title of the permission that the account behind a call needs.
 */
permission: string, 
/**
 * Whether it can be called now.
 */
state: ServiceState, 
/**
 * The installed plugins that say they use it.
 */
used_by: Array<NamedView>, };

export type UsedServiceView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Accepted versions, such as `^1`.
 */
requirement: string, 
/**
 * The installed plugin that provides it.
 */
provider: NamedView | null, 
/**
 * In which version.
 */
version: string | null, 
/**
 * Whether it can be called now.
 */
state: ServiceState, };

export type ServiceState = "available" | "missing" | "other_version" | "not_running";

export type ConflictView = { "conflict": "missing", plugin: NamedView, needs: NamedView, requirement: string, } | { "conflict": "other_version", plugin: NamedView, needs: NamedView, requirement: string, version: string, offered: boolean, } | { "conflict": "held_back", plugin: NamedView, needs: NamedView, requirement: string, because: Array<ConflictView>, } | { "conflict": "breaks", plugin: NamedView, version: string, dependent: NamedView, requirement: string, } | { "conflict": "cycle", plugins: Array<NamedView>, } | { "conflict": "superseded", plugin: NamedView, by: string, };

export type ArrangementView = { 
/**
 * Plans to apply, in this order: what others need comes first.
 */
order: Array<string>, 
/**
 * Those that cannot be installed as things are.
 */
held_back: Array<HeldBackView>, };

export type HeldBackView = { 
/**
 * Its plan.
 */
plan: string, 
/**
 * Every reason.
 */
conflicts: Array<ConflictView>, };

export type ActView = { 
/**
 * The account; `None`: the folder or the system.
 */
by: AccountId | null, 
/**
 * Its name then.
 */
name: string | null, 
/**
 * When.
 */
at: number, };

export type UpdateView = { 
/**
 * The file's name in the plugin folder.
 */
file: string, 
/**
 * Its version.
 */
version: string, };

export type PackageView = { 
/**
 * The plugin's name in the asked language.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * The trusted publisher's label, else what the package says.
 */
publisher: string, 
/**
 * Whether the key is trusted.
 */
trusted: boolean, };

export type SectionView = { 
/**
 * Its id, as fields name it.
 */
id: string, 
/**
 * Its title in the asked language.
 */
title: string, };

export type PersonView = { 
/**
 * The account.
 */
id: AccountId, 
/**
 * What it signs in with.
 */
login: string, 
/**
 * The person's name.
 */
name: string, };

export type ReachView = { 
/**
 * How many can use it now.
 */
before: number, 
/**
 * How many could after.
 */
after: number, 
/**
 * Who would gain it.
 */
gains: Array<PersonView>, 
/**
 * Who would lose it.
 */
loses: Array<PersonView>, 
/**
 * The seats of the plugin's license; `None` if any number of accounts may use it.
 */
seats: SeatsChangeView | null, };

export type ReachChangeView = { 
/**
 * Which plugin.
 */
plugin: PluginId, 
/**
 * Its name in the asked language.
 */
name: string, 
/**
 * Which permission.
 */
permission: TitledView, 
/**
 * Who would gain it.
 */
gains: Array<PersonView>, 
/**
 * Who would lose it.
 */
loses: Array<PersonView>, };

export type MineView = { 
/**
 * Those that the account was granted anything of, by name.
 */
plugins: Array<MinePluginView>, 
/**
 * Names of superadmins who can give access.
 */
contacts: Array<string>, };

export type LicenseView = { 
/**
 * Its digest: what it is removed by.
 */
id: string, 
/**
 * The plugin that it was imported for.
 */
plugin: PluginId, 
/**
 * The plugin's name in the asked language, else its id.
 */
name: string, 
/**
 * What it is worth now; `None` while its plugin is not installed.
 */
verdict: LicenseVerdict | null, 
/**
 * Whether the plugin runs by this one.
 */
in_use: boolean, 
/**
 * What was signed; `None` if it was changed after signing.
 */
terms: LicenseTermsView | null, 
/**
 * Who imported it, and when.
 */
imported: ActView, };

export type LicenseTermsView = { 
/**
 * The issuer's own number.
 */
serial: string, 
/**
 * Whom it was issued to.
 */
licensee: string, 
/**
 * When it was issued.
 */
issued: number, 
/**
 * The first moment of its term; `None`: always.
 */
not_before: number | null, 
/**
 * The last moment of its term; `None`: never ends.
 */
not_after: number | null, 
/**
 * The plugin's own words for what is licensed.
 */
features: Array<string>, 
/**
 * How many accounts may use the plugin; `None`: any number.
 */
seats: number | null, 
/**
 * The one installation that it is for; `None`: any.
 */
installation: string | null, 
/**
 * The fingerprint of the key that signed it.
 */
issuer: string, };

export type LicenseVerdict = { "verdict": "valid" } | { "verdict": "seats_full", seats: number, used: number, } | { "verdict": "not_yet_valid", from: number, } | { "verdict": "expired", at: number, } | { "verdict": "other_installation", code: string, } | { "verdict": "other_plugin", plugin: string, } | { "verdict": "unknown_issuer", fingerprint: string, } | { "verdict": "tampered" };

export type PluginLicenseView = { 
/**
 * `none`, `host`: the center checks; `vendor`: the plugin's own check counts.
 */
mode: string, 
/**
 * Its licenses, the one in use first.
 */
licenses: Array<LicenseView>, 
/**
 * The last moment until which its licenses let it run without a gap; `None`: they never end, or do not let it run now.
 */
until: number | null, 
/**
 * How many accounts may use it and do; `None`: any number may.
 */
seats: SeatsView | null, 
/**
 * What the plugin's own check said last, while it runs.
 */
vendor: VendorLicenseView | null, };

export type SeatsView = { 
/**
 * How many there are.
 */
seats: number, 
/**
 * How many enabled accounts were granted the plugin, superadmins not counted.
 */
used: number, };

export type SeatsChangeView = { 
/**
 * How many there are.
 */
seats: number, 
/**
 * How many accounts can use the plugin now, by any permission.
 */
before: number, 
/**
 * How many could after.
 */
after: number, 
/**
 * Whether the license has a seat for each; without, the change is refused.
 */
enough: boolean, };

export type VendorLicenseView = { 
/**
 * Whether the plugin may be used.
 */
valid: boolean, 
/**
 * The plugin's own sentence; text only.
 */
message: string, 
/**
 * Until when, as the plugin says.
 */
until: number | null, };

export type MinePluginView = { 
/**
 * Its id.
 */
id: PluginId, 
/**
 * Its name in the asked language.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * What it is for, in the asked language.
 */
description: string, 
/**
 * Its icon as a `data:` address; an image only.
 */
icon: string | null, 
/**
 * Whether it runs now.
 */
running: boolean, 
/**
 * The permissions that the account has.
 */
permissions: Array<TitledView>, 
/**
 * The commands that it may call.
 */
commands: Array<CommandView>, };

export type SeenPluginView = { 
/**
 * What the account sees.
 */
plugin: MinePluginView, 
/**
 * For each of its permissions, in their order: what gives it, and what prevents its use now.
 */
why: Array<WhyView>, };

export type RecipientView = { 
/**
 * An X25519 key as age writes it: `age1…`.
 */
recipient: string, };

export type UninstallView = { 
/**
 * How many enabled accounts could no longer use it, superadmins not counted.
 */
people: number, 
/**
 * Bytes of its data, settings and log.
 */
data: number, 
/**
 * Installed plugins that need it and do not run without it.
 */
needed_by: Array<DependentView>, 
/**
 * Those that are on and have to be turned off with it, at any distance.
 */
together: Array<PluginId>, };

export type KeptView = { 
/**
 * Its id.
 */
plugin: PluginId, 
/**
 * Its name in the asked language, if its package is still there, else its id.
 */
name: string, 
/**
 * The version that can be put back; `None` if its package is gone.
 */
version: string | null, 
/**
 * When it was uninstalled.
 */
since: number, 
/**
 * Bytes of its data and log.
 */
data: number, 
/**
 * Whether settings are kept.
 */
settings: boolean, 
/**
 * How many grants are kept.
 */
grants: number, };

export type BackupView = { 
/**
 * Where it is.
 */
path: string, 
/**
 * Its size.
 */
bytes: number, 
/**
 * Whether it is encrypted, and then holds secrets and keys.
 */
with_secrets: boolean, 
/**
 * Secrets that are not in it.
 */
left_out: Array<LeftOut>, };

export type VersionView = { 
/**
 * The package.
 */
digest: string, 
/**
 * As its publisher numbered it.
 */
version: string, 
/**
 * The counter that stops downgrades.
 */
release: number, 
/**
 * When it was accepted first.
 */
accepted_at: number, 
/**
 * Whether it is the one that is installed.
 */
installed: boolean, };

export type RestoredView = { 
/**
 * The home that it is in now.
 */
home: string, 
/**
 * When it was made.
 */
made_at: number, 
/**
 * The version of Sprocket that made it.
 */
product: string, 
/**
 * Secrets to be entered again.
 */
left_out: Array<LeftOut>, 
/**
 * Ids of plugins that were turned off because a secret of theirs is missing.
 */
switched_off: Array<string>, 
/**
 * Whether the audit trail holds together.
 */
trail_whole: boolean, 
/**
 * Where the center is kept that was there before; `None`: there was none.
 */
put_aside: string | null, };

export type LeftOut = { 
/**
 * Whose.
 */
plugin: string, 
/**
 * JSON pointer of its field.
 */
pointer: string, };

export type ExaminedView = { 
/**
 * Which.
 */
area: Area, 
/**
 * How many files, rows or the like were looked at.
 */
looked_at: number, 
/**
 * What is not as it was left.
 */
wrong: Array<ErrorView>, };

export type Area = "database" | "audit_trail" | "home" | "packages" | "plugin_folder" | "plugin_data" | "stored_passwords";

export type SecretsKeyView = { 
/**
 * Where it is, or the first one would be if no keyring is open.
 */
place: KeyPlace, 
/**
 * How many passwords are stored.
 */
secrets: number, 
/**
 * Why they cannot be opened.
 */
trouble: ErrorView | null, 
/**
 * Whether a keyring is open now.
 */
keyring: boolean, };

export type RekeyedView = { 
/**
 * Where the new key is.
 */
place: KeyPlace, 
/**
 * How many passwords it seals now.
 */
secrets: number, 
/**
 * The passwords that could not be opened and were deleted.
 */
given_up: Array<LeftOut>, 
/**
 * The plugins that were turned off because of that.
 */
switched_off: Array<string>, };

export type KeyPlace = "file" | "keyring";

export type Line = { 
/**
 * When the center received it.
 */
at: number, 
/**
 * How grave it is.
 */
level: "trace" | "debug" | "info" | "warn" | "error", 
/**
 * Who wrote it.
 */
source: Source, 
/**
 * Where in the plugin it arose; may be empty.
 */
target: string, 
/**
 * For people.
 */
message: string, 
/**
 * An object of further values, or `null`.
 */
fields?: JsonValue, };

export type Source = "plugin" | "stdout" | "stderr" | "center";

export type Row = { 
/**
 * Counts from 1 without gaps.
 */
seq: number, 
/**
 * When.
 */
at: number, 
/**
 * `person`, `folder`, `system` or `nobody`.
 */
actor: string, 
/**
 * The account behind it.
 */
account: AccountId | null, 
/**
 * What was done.
 */
action: string, 
/**
 * To what.
 */
target: string, 
/**
 * Before and after.
 */
details: JsonValue, 
/**
 * The name of the person behind it.
 */
name: string | null, 
/**
 * What people called the target then: an account's login, a department's path, a publisher's label.
 */
target_name: string | null, 
/**
 * How often it happened within a minute, the same each time.
 */
times: number, };

export type AuditFilter = { 
/**
 * Only rows before this one: the next page.
 */
before?: number | null, 
/**
 * From this moment on.
 */
since?: number | null, 
/**
 * Up to and without this moment.
 */
until?: number | null, 
/**
 * Done by this account.
 */
account?: AccountId | null, 
/**
 * Done to this: a plugin's id, an account's or department's number, a publisher's key.
 */
target?: string | null, 
/**
 * Only what was refused.
 */
refused: boolean, 
/**
 * One of these actions, or a refusal of one of these requests; none: any.
 */
actions: Array<string>, 
/**
 * What a person typed.
 */
words?: AuditWords | null, };

export type AuditWords = { 
/**
 * In the action, the target, or the names of who did it, of what it was done to, and of whom it was given; letters of
 * ASCII in either case.
 */
text: string, 
/**
 * As [`Filter::actions`].
 */
actions: Array<string>, 
/**
 * As [`Filter::target`].
 */
targets: Array<string>, };

export type AuditFormat = "csv" | "json_lines";

export type AuditVerdict = { 
/**
 * How many rows hold together, from the first on.
 */
rows: number, 
/**
 * The end of these.
 */
head: string, 
/**
 * How many kept heads it was held against. Without any, a tail that was cut off can't be seen.
 */
heads: number, 
/**
 * The first row that does not fit.
 */
broken: AuditBreak | null, };

export type AuditBreak = { 
/**
 * The number of the row that should be there.
 */
seq: number, 
/**
 * What is wrong with it.
 */
cause: AuditBreakCause, };

export type AuditBreakCause = "missing" | "unlinked" | "changed" | "cut" | "rewritten";

export type Event = { "kind": "plugin_installed", plugin: PluginId, version: string, } | { "kind": "plugin_upgraded", plugin: PluginId, from: string, to: string, } | { "kind": "plugin_uninstalled", plugin: PluginId, purged: boolean, } | { "kind": "plugin_started", plugin: PluginId, } | { "kind": "plugin_stopped", plugin: PluginId, } | { "kind": "plugin_crashed", plugin: PluginId, cause: string, } | { "kind": "plugin_turned_off", plugin: PluginId, cause: string, } | { "kind": "plugin_changed", plugin: PluginId, } | { "kind": "settings_changed", plugin: PluginId, revision: number, } | { "kind": "grants_changed", plugin: PluginId, } | { "kind": "people_changed" } | { "kind": "publishers_changed" } | { "kind": "licenses_changed", plugin: PluginId, } | { "kind": "attention_changed" } | { "kind": "folder_changed", file: string, state: string, } | { "kind": "plugin_published", plugin: PluginId, event: string, payload: JsonValue, } | { "kind": "raise_requested", files: Array<string>, } | { "kind": "lagged" };

export type Stamped = { 
/**
 * When it happened.
 */
at: number, } & ({ "kind": "plugin_installed", plugin: PluginId, version: string, } | { "kind": "plugin_upgraded", plugin: PluginId, from: string, to: string, } | { "kind": "plugin_uninstalled", plugin: PluginId, purged: boolean, } | { "kind": "plugin_started", plugin: PluginId, } | { "kind": "plugin_stopped", plugin: PluginId, } | { "kind": "plugin_crashed", plugin: PluginId, cause: string, } | { "kind": "plugin_turned_off", plugin: PluginId, cause: string, } | { "kind": "plugin_changed", plugin: PluginId, } | { "kind": "settings_changed", plugin: PluginId, revision: number, } | { "kind": "grants_changed", plugin: PluginId, } | { "kind": "people_changed" } | { "kind": "publishers_changed" } | { "kind": "licenses_changed", plugin: PluginId, } | { "kind": "attention_changed" } | { "kind": "folder_changed", file: string, state: string, } | { "kind": "plugin_published", plugin: PluginId, event: string, payload: JsonValue, } | { "kind": "raise_requested", files: Array<string>, } | { "kind": "lagged" });

/** What a row of the audit trail can say was done. */
export const auditActions = [
  "center_initialised",
  "signed_in",
  "signed_out",
  "sign_in_refused",
  "password_changed",
  "recovery_refused",
  "recovery_code_made",
  "session_ended",
  "account_created",
  "account_deleted",
  "account_imported",
  "account_departments_changed",
  "account_disabled",
  "account_enabled",
  "account_password_reset",
  "account_recovered",
  "account_renamed",
  "account_role_changed",
  "department_created",
  "department_deleted",
  "department_moved",
  "department_renamed",
  "publisher_trusted",
  "publisher_withdrawn",
  "encryption_key_made",
  "package_refused",
  "plugin_installed",
  "plugin_upgraded",
  "plugin_downgraded",
  "plugin_uninstalled",
  "plugin_purged",
  "plugin_switched_on",
  "plugin_switched_off",
  "plugin_turned_off",
  "plugin_stopped_by_license",
  "capabilities_approved",
  "settings_changed",
  "permission_granted",
  "permission_revoked",
  "license_imported",
  "license_removed",
  "attention_dismissed",
  "folder_removals_confirmed",
  "folder_removals_undone",
  "folder_renewed",
  "backup_made",
  "backup_restored",
  "secrets_rekeyed",
  "refused",
] as const;

/** The name of each request. */
export const requests = [
  "status",
  "init",
  "sign_in",
  "sign_out",
  "me",
  "plugin_mine",
  "session_list",
  "session_end",
  "password_change",
  "account_list",
  "account_create",
  "account_import_plan",
  "account_import",
  "account_enable",
  "account_role",
  "account_rename",
  "account_reset",
  "account_departments",
  "account_plugins",
  "account_delete",
  "account_recover",
  "recovery_code_make",
  "department_list",
  "department_create",
  "department_rename",
  "department_move",
  "department_delete",
  "people_preview",
  "publisher_list",
  "publisher_trust",
  "publisher_look",
  "recipient_show",
  "publisher_withdraw",
  "plugin_list",
  "plugin_show",
  "package_plan",
  "package_apply",
  "package_arrange",
  "plan_discard",
  "folder_list",
  "folder_rescan",
  "folder_removals",
  "folder_renew",
  "plugin_switch",
  "plugin_switch_together",
  "capabilities_approve",
  "package_put_back",
  "uninstall_preview",
  "kept_list",
  "kept_purge",
  "plugin_uninstall",
  "config_get",
  "config_check",
  "config_test",
  "config_history",
  "config_set",
  "grant_list",
  "grant_add",
  "grant_remove",
  "grant_preview",
  "why",
  "license_list",
  "license_import",
  "license_remove",
  "license_code",
  "plugin_call",
  "log_tail",
  "attention_list",
  "attention_dismiss",
  "audit_list",
  "audit_verify",
  "backup_make",
  "version_list",
  "version_plan",
  "doctor",
  "secrets_key",
  "secrets_rekey",
  "window_raise",
  "events",
  "log_follow",
] as const;

/** What each request answers. */
export interface Results {
  status: StatusView;
  init: InitView;
  sign_in: SignedInView;
  sign_out: null;
  me: AccountView;
  plugin_mine: MineView;
  session_list: Array<SessionView>;
  session_end: number;
  password_change: null;
  account_list: Array<AccountView>;
  account_create: AccountCreatedView;
  account_import_plan: ImportView;
  account_import: ImportedView;
  account_enable: null;
  account_role: null;
  account_rename: null;
  account_reset: AccountCreatedView;
  account_departments: null;
  account_plugins: Array<SeenPluginView>;
  account_delete: null;
  account_recover: RecoveredView;
  recovery_code_make: RecoveredView;
  department_list: Array<DepartmentView>;
  department_create: DepartmentView;
  department_rename: DepartmentView;
  department_move: DepartmentView;
  department_delete: null;
  people_preview: Array<ReachChangeView>;
  publisher_list: Array<PublisherView>;
  publisher_trust: PublisherView;
  publisher_look: KeyView;
  recipient_show: RecipientView;
  publisher_withdraw: null;
  plugin_list: Array<PluginView>;
  plugin_show: PluginDetailView;
  package_plan: PlanView;
  package_apply: AppliedView;
  package_arrange: ArrangementView;
  plan_discard: null;
  folder_list: Array<FolderFileView>;
  folder_rescan: null;
  folder_removals: null;
  folder_renew: null;
  plugin_switch: SwitchedView;
  plugin_switch_together: SwitchedView;
  capabilities_approve: null;
  package_put_back: PlanView | null;
  uninstall_preview: UninstallView;
  kept_list: Array<KeptView>;
  kept_purge: null;
  plugin_uninstall: null;
  config_get: SettingsView;
  config_check: CheckView;
  config_test: TestedView;
  config_history: Array<SettingsChangeView>;
  config_set: SettingsView;
  grant_list: GrantsView;
  grant_add: GrantsView;
  grant_remove: GrantsView;
  grant_preview: ReachView;
  why: WhyView;
  license_list: Array<LicenseView>;
  license_import: LicenseView;
  license_remove: null;
  license_code: string;
  plugin_call: JsonValue;
  log_tail: Array<Line>;
  attention_list: Array<AttentionView>;
  attention_dismiss: null;
  audit_list: Array<Row>;
  audit_verify: AuditVerdict;
  backup_make: BackupView;
  version_list: Array<VersionView>;
  version_plan: PlanView;
  doctor: Array<ExaminedView>;
  secrets_key: SecretsKeyView;
  secrets_rekey: RekeyedView;
  window_raise: null;
  events: null;
  log_follow: null;
}
