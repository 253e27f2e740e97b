import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { OrganizationScope } from "./layout/organization-scope.tsx";
import { PageFailed, PageNotFound, PagePending } from "./layout/page-states.tsx";
import { Shell } from "./layout/shell.tsx";
import { readChangesSearch, readKeySearch, readPublishSearch } from "./pages/project/read-search.ts";

/** Every signed-in page and its address. What an address carries beside its path is read here, so pages get it typed. */
const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/home.tsx"), "HomePage"),
});
const createOrganization = createRoute({
  getParentRoute: () => root,
  path: "/create-organization",
  component: lazyRouteComponent(() => import("./pages/create-organization.tsx"), "CreateOrganizationPage"),
});

const registerAnywhere = createRoute({
  getParentRoute: () => root,
  path: "/apps/register",
  component: lazyRouteComponent(() => import("./pages/apps/register-anywhere.tsx"), "RegisterAnywherePage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/account", replace: true });
  },
});
const account = createRoute({
  getParentRoute: () => root,
  path: "/settings/account",
  component: lazyRouteComponent(() => import("./pages/settings/account.tsx"), "AccountPage"),
});
const myConnections = createRoute({
  getParentRoute: () => root,
  path: "/settings/connected-apps",
  component: lazyRouteComponent(() => import("./pages/settings/connected-apps.tsx"), "MyConnectedAppsPage"),
});
const sessions = createRoute({
  getParentRoute: () => root,
  path: "/settings/sessions",
  component: lazyRouteComponent(() => import("./pages/settings/sessions.tsx"), "SessionsPage"),
});
const myApiKeys = createRoute({
  getParentRoute: () => root,
  path: "/settings/api-keys",
  component: lazyRouteComponent(() => import("./pages/settings/api-keys.tsx"), "MyApiKeysPage"),
});

const organization = createRoute({
  getParentRoute: () => root,
  path: "/organizations/$slug",
  component: OrganizationScope,
});
const projects = createRoute({
  getParentRoute: () => organization,
  path: "/",
  validateSearch: (search: Record<string, unknown>): { create?: true } =>
    search.create ? { create: true } : {},
  component: lazyRouteComponent(() => import("./pages/organization/projects.tsx"), "ProjectsPage"),
});
const project = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project",
  component: lazyRouteComponent(() => import("./pages/organization/project.tsx"), "ProjectPage"),
});
const keys = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/keys",
  validateSearch: readKeySearch,
  component: lazyRouteComponent(() => import("./pages/project/keys.tsx"), "KeysPage"),
});
const trash = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/trash",
  component: lazyRouteComponent(() => import("./pages/project/trash.tsx"), "TrashPage"),
});
const publish = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/publish",
  validateSearch: readPublishSearch,
  component: lazyRouteComponent(() => import("./pages/project/publish.tsx"), "PublishPage"),
});
const changes = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/changes",
  validateSearch: readChangesSearch,
  component: lazyRouteComponent(() => import("./pages/project/changes.tsx"), "ChangesPage"),
});
const changeset = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/changes/$changesetId",
  component: lazyRouteComponent(() => import("./pages/project/changeset.tsx"), "ChangesetPage"),
});
const releases = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/releases",
  component: lazyRouteComponent(() => import("./pages/project/releases.tsx"), "ReleasesPage"),
});
const imports = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/imports",
  validateSearch: (search: Record<string, unknown>): { like?: string } =>
    search.like ? { like: String(search.like) } : {},
  component: lazyRouteComponent(() => import("./pages/project/imports/list.tsx"), "ImportsPage"),
});
const oneImport = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/imports/$importId",
  component: lazyRouteComponent(() => import("./pages/project/imports/import.tsx"), "ImportPage"),
});
const namespaces = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/namespaces",
  component: lazyRouteComponent(() => import("./pages/project/namespaces.tsx"), "NamespacesPage"),
});
const projectSettings = createRoute({
  getParentRoute: () => organization,
  path: "/projects/$project/settings",
  component: lazyRouteComponent(() => import("./pages/project/settings.tsx"), "ProjectSettingsPage"),
});
const members = createRoute({
  getParentRoute: () => organization,
  path: "/members",
  validateSearch: (search: Record<string, unknown>): { invite?: true } =>
    search.invite ? { invite: true } : {},
  component: lazyRouteComponent(() => import("./pages/organization/members.tsx"), "MembersPage"),
});
const connections = createRoute({
  getParentRoute: () => organization,
  path: "/connected-apps",
  component: lazyRouteComponent(() => import("./pages/organization/connected-apps.tsx"), "ConnectedAppsPage"),
});
const audit = createRoute({
  getParentRoute: () => organization,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): { action?: string; app?: string } => ({
    ...(search.action ? { action: String(search.action) } : {}),
    ...(search.app ? { app: String(search.app) } : {}),
  }),
  component: lazyRouteComponent(() => import("./pages/organization/audit.tsx"), "AuditPage"),
});
const organizationSettings = createRoute({
  getParentRoute: () => organization,
  path: "/settings",
  component: lazyRouteComponent(
    () => import("./pages/organization/settings.tsx"),
    "OrganizationSettingsPage",
  ),
});
const apps = createRoute({
  getParentRoute: () => organization,
  path: "/apps",
  component: lazyRouteComponent(() => import("./pages/apps/list.tsx"), "AppsPage"),
});
const registerApp = createRoute({
  getParentRoute: () => organization,
  path: "/apps/register",
  component: lazyRouteComponent(() => import("./pages/apps/register.tsx"), "RegisterAppPage"),
});
const app = createRoute({
  getParentRoute: () => organization,
  path: "/apps/$appId",
  component: lazyRouteComponent(() => import("./pages/apps/app.tsx"), "AppPage"),
});
const tryApp = createRoute({
  getParentRoute: () => organization,
  path: "/apps/$appId/try",
  component: lazyRouteComponent(() => import("./pages/apps/try/try-app.tsx"), "TryAppPage"),
});
const apiKeys = createRoute({
  getParentRoute: () => organization,
  path: "/api-keys",
  validateSearch: (search: Record<string, unknown>): { create?: true } =>
    search.create ? { create: true } : {},
  component: lazyRouteComponent(() => import("./pages/organization/api-keys.tsx"), "ApiKeysPage"),
});

const agents = createRoute({
  getParentRoute: () => organization,
  path: "/agents",
  component: lazyRouteComponent(() => import("./pages/organization/agents.tsx"), "AgentsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    createOrganization,
    registerAnywhere,
    settings,
    account,
    myConnections,
    sessions,
    myApiKeys,
    organization.addChildren([
      projects,
      project,
      keys,
      trash,
      imports,
      oneImport,
      namespaces,
      projectSettings,
      publish,
      changes,
      changeset,
      releases,
      members,
      connections,
      audit,
      organizationSettings,
      apps,
      registerApp,
      app,
      tryApp,
      apiKeys,
      agents,
    ]),
  ]),
  defaultPreload: "intent",
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: PageNotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
