declare module "virtual:contract-routes" {
  /** Made by vite.config.ts from the contract. */
  const routes: Record<
    import("@parlance/contract/operations").OperationName,
    readonly [method: string, path: string] | undefined
  >;
  export default routes;
}

declare module "virtual:token-routes" {
  /** Of operations that only a token opens; made likewise. */
  const routes: Record<
    "me" | "installations.mint" | "installations.get" | "installations.revoke",
    readonly [method: string, path: string]
  >;
  export default routes;
}
