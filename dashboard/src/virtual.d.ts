declare module "virtual:contract-routes" {
  /** Made by vite.config.ts from the contract. */
  const routes: Record<
    import("@parlance/contract/operations").OperationName,
    readonly [method: string, path: string] | undefined
  >;
  export default routes;
}
