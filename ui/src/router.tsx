/** Which address shows which screen. Features meet here and nowhere else. */
import { useQuery } from "@tanstack/react-query";
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  type RouterHistory,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { session } from "./api/queries";
import { Frame } from "./Frame";
import { Access } from "./features/access/Access";
import { ActivityScreen } from "./features/activity/ActivityScreen";
import { LicensesScreen } from "./features/licenses/LicensesScreen";
import { MineScreen } from "./features/mine/MineScreen";
import { SeeAs } from "./features/mine/SeeAs";
import { PeopleScreen } from "./features/people/PeopleScreen";
import { KeptData } from "./features/plugin/KeptData";
import { isTab, PluginScreen, type Tab } from "./features/plugin/PluginScreen";
import { PluginList } from "./features/plugins/PluginList";
import { PreferencesScreen } from "./features/preferences/PreferencesScreen";
import { PublishersScreen } from "./features/publishers/PublishersScreen";
import { NotFound } from "./NotFound";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const list = createRoute({ getParentRoute: () => root, path: "/", component: Home });

/** What only superadmins have; for everybody else there is no such screen. */
function managed(Screen: () => ReactNode): () => ReactNode {
  return function Managed() {
    const { data } = useQuery(session);
    return data?.role === "superadmin" ? <Screen /> : <NotFound />;
  };
}

/** Superadmins begin with all plugins, everybody else with their own. */
function Home() {
  const { data } = useQuery(session);
  return data?.role === "superadmin" ? <PluginList /> : <Navigate to="/mine" replace />;
}

const one = createRoute({
  getParentRoute: () => root,
  path: "/plugins/$id",
  validateSearch: ({ tab }): { tab?: Tab } => (isTab(tab) ? { tab } : {}),
  component: managed(OnePlugin),
});

function OnePlugin() {
  const { id } = one.useParams();
  const { tab } = one.useSearch();
  return <PluginScreen key={id} id={id} tab={tab ?? "overview"} access={<Access plugin={id} />} />;
}

const seenAs = createRoute({
  getParentRoute: () => root,
  path: "/people/$account/plugins",
  params: {
    parse: ({ account }) => ({ account: Number(account) }),
    stringify: ({ account }) => ({ account: String(account) }),
  },
  component: managed(() => <SeeAs account={seenAs.useParams().account} />),
});
const people = createRoute({ getParentRoute: () => root, path: "/people", component: managed(PeopleScreen) });
const publishers = createRoute({
  getParentRoute: () => root,
  path: "/publishers",
  component: managed(PublishersScreen),
});
const licenses = createRoute({
  getParentRoute: () => root,
  path: "/licenses",
  component: managed(LicensesScreen),
});
const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: managed(ActivityScreen),
});
const preferences = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: () => <PreferencesScreen kept={<KeptData />} />,
});
const mine = createRoute({ getParentRoute: () => root, path: "/mine", component: MineScreen });

const routeTree = root.addChildren([
  list,
  one,
  people,
  publishers,
  licenses,
  activity,
  preferences,
  mine,
  seenAs,
]);

/** A router over the address after `#`, or over `history` in tests. */
export function makeRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({ routeTree, history, defaultPendingMinMs: 0, scrollRestoration: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
