import { describe, expect, it } from "vitest";
import type { ConnectRequest, OfferedScope, Organization } from "../request.ts";
import {
  approval,
  firstChoices,
  isOffered,
  isOn,
  scopesOn,
  whyNot,
  withOrganization,
  withProjects,
  withSwitch,
} from "./choices.ts";

describe("before anything is touched", () => {
  it("the only organization is picked, with all its projects", () => {
    const request = asking([organization("a"), organization("b", { selectable: false })]);
    expect(approval(request, firstChoices(request)).organizations).toEqual([
      { organization_id: "a", projects: "all" },
    ]);
  });

  it("several organizations are not picked", () => {
    const request = asking([organization("a"), organization("b")]);
    expect(firstChoices(request).organizations.size).toBe(0);
    expect(whyNot(request, firstChoices(request))).toBe("Pick an organization first.");
  });

  it("the hinted organization is picked, by id or slug, unless it cannot be", () => {
    const organizations = [organization("a"), organization("b"), organization("c", { selectable: false })];
    const picked = (organization_hint: string) => [
      ...firstChoices({ ...asking(organizations), organization_hint }).organizations.keys(),
    ];
    expect(picked("b")).toEqual(["b"]);
    expect(picked("slug-b")).toEqual(["b"]);
    expect(picked("c")).toEqual([]);
  });

  it("a scope with a warning is off, whatever the server says about defaults", () => {
    const request = asking(
      [organization("a")],
      [scope("keys:read"), scope("translations:publish", { warning: "Live." })],
    );
    expect(scopesOn(request, firstChoices(request))).toEqual(["keys:read"]);
  });
});

describe("an app that is connected already", () => {
  const publish = scope("translations:publish", {
    warning: "Live.",
    granted: true,
    default_on: false,
    requested: false,
  });
  const held = organization("a", {
    grant: { grant_id: "g", projects: ["p1", "gone"], scopes: ["translations:publish"] },
  });
  const request = asking([held, organization("b")], [scope("keys:read"), publish]);

  it("keeps its organization, projects and scopes", () => {
    expect(approval(request, firstChoices(request))).toEqual({
      approve: true,
      organizations: [{ organization_id: "a", projects: ["p1"] }],
      scopes: ["keys:read", "translations:publish"],
    });
  });

  it("does not carry a dangerous scope into an organization that never granted it", () => {
    const choices = withOrganization(
      withOrganization(firstChoices(request), held, false),
      organization("b"),
      true,
    );
    expect(isOn(request, choices, publish)).toBe(false);
  });

  it("is not offered what it did not ask for and does not hold there", () => {
    const choices = withOrganization(
      withOrganization(firstChoices(request), held, false),
      organization("b"),
      true,
    );
    expect(isOffered(request, choices, publish)).toBe(false);
    expect(scopesOn(request, withSwitch(choices, "translations:publish", true))).toEqual(["keys:read"]);
  });

  it("loses a granted scope only when it is switched off", () => {
    const choices = withSwitch(firstChoices(request), "translations:publish", false);
    expect(scopesOn(request, choices)).toEqual(["keys:read"]);
  });
});

it("asks for a project and a permission before it can be authorized", () => {
  const request = asking([organization("a")]);
  const first = firstChoices(request);
  expect(whyNot(request, first)).toBeNull();
  expect(whyNot(request, withProjects(first, "a", []))).toBe("Pick at least one project.");
  expect(whyNot(request, withSwitch(first, "keys:read", false))).toBe("Switch on at least one permission.");
});

function asking(organizations: Organization[], scopes = [scope("keys:read")]): ConnectRequest {
  return { organizations, scopes, organization_hint: null } as Partial<ConnectRequest> as ConnectRequest;
}

function organization(id: string, other: Partial<Organization> = {}): Organization {
  const projects = [{ id: "p1", slug: "p1", name: "One" }];
  return {
    id,
    slug: `slug-${id}`,
    name: id,
    role: "owner",
    selectable: true,
    reason: null,
    projects,
    grant: null,
    ...other,
  };
}

function scope(name: string, other: Partial<OfferedScope> = {}): OfferedScope {
  const group = "read";
  return {
    name,
    sentence: name,
    group,
    default_on: true,
    warning: null,
    requested: true,
    granted: false,
    ...other,
  };
}
