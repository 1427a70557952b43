/** Licensed plugins of the made-up center, and their licenses. */
import type { FakeAnswers } from "../src/api/answers";
import type { AttentionView, LicenseView, PluginLicenseView, PluginView } from "../src/api/generated/center";

const DAY = 86_400_000;
const ENDED = Date.UTC(2026, 2, 3, 23, 59, 59);

/** The plugin that was stopped by its license, and one that waits for its first. */
export function licensedPlugins(zh: boolean, base: PluginView): PluginView[] {
  const one = (id: string, name: [string, string], rest: Partial<PluginView>) => ({
    ...base,
    id,
    name: zh ? name[1] : name[0],
    ...rest,
  });
  return [
    one("com.acme.gateway", ["Fax gateway", "传真网关"], {
      observed: { state: "license_expired", at: ENDED },
    }),
    one("com.acme.translate", ["Translation", "翻译"], {
      wanted: false,
      people: 0,
      observed: { state: "license_needed" },
    }),
    one("com.acme.billing", ["Billing", "计费"], { people: 50 }),
  ];
}

function licenses(zh: boolean): LicenseView[] {
  const imported = { by: 1, name: zh ? "李娜" : "Li Na", at: Date.UTC(2026, 9, 2, 8) };
  const terms = {
    serial: "2026-0417",
    licensee: zh ? "沃易思通信技术（深圳）有限公司" : "Acme Service Center",
    issued: Date.UTC(2026, 0, 4),
    not_before: Date.UTC(2026, 0, 5),
    not_after: Date.now() + 12 * DAY,
    features: ["invoices", "export"],
    seats: 50,
    installation: null,
    issuer: "1f0c 22aa",
  };
  const common = { imported, terms, in_use: false };
  return [
    {
      ...common,
      id: "a1",
      plugin: "com.acme.billing",
      name: zh ? "计费" : "Billing",
      verdict: { verdict: "seats_full", seats: 50, used: 50 },
      in_use: true,
    },
    {
      ...common,
      id: "a2",
      plugin: "com.acme.billing",
      name: zh ? "计费" : "Billing",
      verdict: { verdict: "not_yet_valid", from: Date.now() + 40 * DAY },
      terms: {
        ...terms,
        serial: "2027-0009",
        not_after: null,
        not_before: Date.now() + 40 * DAY,
        seats: null,
      },
    },
    {
      ...common,
      id: "a3",
      plugin: "com.acme.gateway",
      name: zh ? "传真网关" : "Fax gateway",
      verdict: { verdict: "expired", at: ENDED },
      terms: { ...terms, serial: "2025-0003", not_after: ENDED, seats: null, features: [] },
    },
    { ...common, id: "a4", plugin: "com.acme.old", name: "com.acme.old", verdict: null },
  ];
}

/** How one of these plugins is licensed; `null` for the others. */
export function licenseOf(zh: boolean, id: string): PluginLicenseView | null {
  if (!id.startsWith("com.acme.")) return null;
  const own = licenses(zh).filter(({ plugin }) => plugin === id);
  const until = own[0]?.in_use ? (own[0].terms?.not_after ?? null) : null;
  const seats = own[0]?.in_use ? { seats: 50, used: 50 } : null;
  return { mode: "host", licenses: own, until, seats, vendor: null };
}

export function licenseAttention(): AttentionView[] {
  const about = (id: number, kind: string, subject: string, details: object): AttentionView => ({
    id,
    kind,
    subject,
    cause: { code: kind, message: kind, hint: "", details: { plugin: subject, ...details } as never },
    since: 0,
  });
  return [
    about(71, "license_expired", "com.acme.gateway", { verdict: "expired", at: ENDED }),
    about(72, "license_expiring", "com.acme.billing", { until: Date.now() + 12 * DAY }),
    about(73, "clock_behind", "clock", { latest: Date.now() + 2 * DAY }),
  ];
}

export function licenseAnswers(zh: boolean): FakeAnswers {
  return {
    license_list: () => licenses(zh),
    license_code: () => "41830 92217 00654 71190",
    license_remove: () => null,
    license_import: ({ path }) => {
      if (path.includes("other"))
        throw {
          code: "license_other_plugin",
          message: "",
          hint: "",
          details: { plugin: "com.acme.gateway" },
        };
      const [first] = licenses(zh);
      if (!first) throw new Error("there is one");
      return first;
    },
  };
}
