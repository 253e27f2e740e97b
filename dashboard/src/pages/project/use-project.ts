import type { Output } from "@parlance/contract/operations";
import { useParams } from "@tanstack/react-router";
import { useCall } from "../../data/queries.ts";

export type Project = Output<"projects.get">;

/** What the address calls the project; every operation takes it, so a page need not wait to learn the id. */
export function useProjectParams(): { slug: string; project: string; projectId: string } {
  const { slug = "", project = "" } = useParams({ strict: false });
  return { slug, project, projectId: `${slug}/${project}` };
}

export function useProject() {
  const { projectId } = useProjectParams();
  return useCall("projects.get", { projectId });
}
