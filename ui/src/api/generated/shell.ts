/** Written by `scripts/types` from the shell's Rust types. */
import type { Channel } from "@tauri-apps/api/core";
import type {
  AccountId,
  Answers,
  AppliedView,
  AuditFilter,
  AuditFormat,
  BackupView,
  HandOverView,
  JsonValue,
  Line,
  Password,
  PlanView,
  PluginId,
  ProgressView,
  RestoredView,
  Role,
} from "./center";

export type Locale = "en" | "zh-CN";

export type Theme = "light" | "dark" | "auto";

export type Preferences = { 
/**
 * `null`: the system's.
 */
locale: Locale | null, 
/**
 * Light, dark, or as the system.
 */
theme: Theme, 
/**
 * How long nobody may be there before a superadmin's window locks, in minutes from 1 to 480.
 */
lock_minutes: number, };

export type Entered = { 
/**
 * What the person began from.
 */
from: JsonValue, 
/**
 * What they entered.
 */
to: JsonValue, };

export type Draft = { 
/**
 * For which plugin.
 */
plugin: PluginId, 
/**
 * The revision of the settings that the person saw.
 */
revision: number, 
/**
 * By the pointer of each plain setting that was changed.
 */
changes: { [key in string]: Entered }, 
/**
 * What was typed where JSON belongs and is none yet, by pointer.
 */
broken: { [key in string]: string }, 
/**
 * A password was typed as well; it is not kept.
 */
secrets: boolean, };

export type KeptDraft = { 
/**
 * When it was entered.
 */
at: number, 
/**
 * For which plugin.
 */
plugin: PluginId, 
/**
 * The revision of the settings that the person saw.
 */
revision: number, 
/**
 * By the pointer of each plain setting that was changed.
 */
changes: { [key in string]: Entered }, 
/**
 * What was typed where JSON belongs and is none yet, by pointer.
 */
broken: { [key in string]: string }, 
/**
 * A password was typed as well; it is not kept.
 */
secrets: boolean, };

export type Session = { 
/**
 * Whose.
 */
account: AccountId, 
/**
 * Its login.
 */
login: string, 
/**
 * The person's name; the login until it is known.
 */
name: string, 
/**
 * Its role.
 */
role: Role, 
/**
 * The one-time password has to be replaced first.
 */
must_change: boolean, 
/**
 * Nothing is answered until [`Own::Unlock`].
 */
locked: boolean, };

export type Initialised = { 
/**
 * To print and keep; shown once.
 */
recovery_code: string, 
/**
 * The new session.
 */
session: Session, };

export type BackupFile = { 
/**
 * Where it is.
 */
path: string, 
/**
 * How large.
 */
bytes: number, 
/**
 * A passphrase is needed.
 */
encrypted: boolean, };

export type PathKind = "file" | "folder" | "missing";

export type PathLook = { 
/**
 * Links are followed; what is neither file nor folder counts as missing.
 */
kind: PathKind, 
/**
 * Packages directly inside a folder, in order of their names; at most 100.
 */
packages: Array<string>, };

export type SamplePackage = { 
/**
 * The last part of its file's id.
 */
name: string, 
/**
 * Where it is.
 */
path: string, };

export type ShellRequest = { "command": "session_get" } | { "command": "lock" } | { "command": "unlock", "args": { password: Password, } } | { "command": "package_plan", "args": { path: string, locale: string, operation: string, progress: Channel<ProgressView>, } } | { "command": "package_apply", "args": { plan: string, answers: Answers, operation: string, progress: Channel<ProgressView>, } } | { "command": "operation_cancel", "args": { operation: string, } } | { "command": "log_follow", "args": { plugin: string, channel: Channel<Line>, } } | { "command": "log_unfollow", "args": { plugin: string, } } | { "command": "files_choose" } | { "command": "files_take" } | { "command": "path_look", "args": { path: string, } } | { "command": "folder_open" } | { "command": "audit_export", "args": { format: AuditFormat, filter: AuditFilter, } } | { "command": "backup_save", "args": { passphrase: Password | null, } } | { "command": "backup_choose" } | { "command": "backup_restore", "args": { path: string, passphrase: Password | null, } } | { "command": "table_choose" } | { "command": "passwords_save", "args": { accounts: Array<HandOverView>, } } | { "command": "sample_packages" } | { "command": "draft_list" } | { "command": "draft_keep", "args": Draft } | { "command": "draft_drop", "args": { plugin: string, } } | { "command": "autostart_get" } | { "command": "autostart_set", "args": { on: boolean, } } | { "command": "preferences_get" } | { "command": "preferences_set", "args": Preferences } | { "command": "quit", "args": { stop: boolean, } } | { "command": "window_hide" };

/** What each of the shell's own commands answers. */
export interface ShellResults {
  session_get: Session | null;
  lock: null;
  unlock: Session;
  package_plan: PlanView;
  package_apply: AppliedView;
  operation_cancel: null;
  log_follow: null;
  log_unfollow: null;
  files_choose: Array<string>;
  audit_export: string | null;
  backup_save: BackupView | null;
  backup_choose: BackupFile | null;
  backup_restore: RestoredView;
  table_choose: string | null;
  passwords_save: string | null;
  files_take: Array<string>;
  path_look: PathLook;
  folder_open: null;
  sample_packages: Array<SamplePackage>;
  draft_list: Array<KeptDraft>;
  draft_keep: null;
  draft_drop: null;
  autostart_get: boolean | null;
  autostart_set: null;
  preferences_get: Preferences;
  preferences_set: null;
  quit: null;
  window_hide: null;
}
