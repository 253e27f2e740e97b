import { useState } from "react";
import { SelectField } from "../../../components/select-field.tsx";
import { CALLS, type CallName, callRequest } from "./flow.ts";
import { SendStep } from "./send-step.tsx";
import type { StepProps } from "./way.ts";

const LABELS: Readonly<Record<CallName, string>> = {
  me: "Who connected, and what they allowed",
  "organizations.list": "Organizations (org:read)",
  "projects.list": "Projects (projects:read)",
};

export function CallStep({ metadata, way }: StepProps) {
  const [name, setName] = useState<CallName>("me");
  const { installation } = way;
  return (
    <SendStep
      number={5}
      title="Call the API"
      description="With the installation token. A permission that was not given is answered 403 with the one that is missing."
      isOpen={installation !== undefined}
      action="Call"
      origin={metadata.issuer}
      request={() => {
        if (!installation) throw new Error("There is no token yet.");
        return callRequest(name, installation);
      }}
    >
      <SelectField
        label="What to ask"
        value={name}
        onChange={(event) => setName(event.target.value as CallName)}
        options={CALLS.map((value) => ({ value, label: LABELS[value] }))}
      />
    </SendStep>
  );
}
