import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { DEFAULT_FILE_FORMAT, FILE_FORMATS, type FileFormat } from "@parlance/contract/formats";
import { Download } from "lucide-react";
import { useState } from "react";
import { addressOf } from "../../../api.ts";
import { buttonClass } from "../../../components/button.tsx";
import { SelectField } from "../../../components/select-field.tsx";
import { type Project, useProjectParams } from "../use-project.ts";
import { FORMAT_OPTIONS } from "./import-words.ts";

const STATUSES = [
  { value: "", label: "In any state" },
  { value: "reviewed", label: "Reviewed and approved" },
  { value: "approved", label: "Approved" },
];

/** Keys and texts as one file. The browser fetches it by its address, so that even a very large one needs no memory here. */
export function ExportCard({ project }: { project: Project }) {
  const { projectId } = useProjectParams();
  const [format, setFormat] = useState(DEFAULT_FILE_FORMAT);
  const [language, setLanguage] = useState(project.sourceLanguage);
  const [namespace, setNamespace] = useState("");
  const [status, setStatus] = useState("");
  const byLanguage = FILE_FORMATS[format].languages !== "many";
  const byNamespace = FILE_FORMATS[format].namespaces === "one";
  const names = project.namespaces.map(({ name }) => ({ value: name, label: name }));
  const chosen = byNamespace ? namespace || DEFAULT_NAMESPACE : namespace;
  const address = addressOf("exports.get", {
    projectId,
    format,
    ...((byLanguage || language) && { language: language || project.sourceLanguage }),
    ...(chosen && { namespace: chosen }),
    ...(status && { status: status as "reviewed" | "approved" }),
  });

  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <SelectField
          label="Format"
          value={format}
          options={FORMAT_OPTIONS}
          onChange={(event) => setFormat(event.target.value as FileFormat)}
        />
        <SelectField
          label="Language"
          value={byLanguage ? language || project.sourceLanguage : language}
          options={[
            ...(byLanguage ? [] : [{ value: "", label: "All" }]),
            ...project.languages.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
          ]}
          onChange={(event) => setLanguage(event.target.value)}
        />
        <SelectField
          label="Namespace"
          value={chosen}
          options={[
            ...(byNamespace ? [] : [{ value: "", label: "All" }]),
            ...(names.length > 0 ? names : [{ value: DEFAULT_NAMESPACE, label: DEFAULT_NAMESPACE }]),
          ]}
          onChange={(event) => setNamespace(event.target.value)}
        />
        <SelectField
          label="Texts"
          value={status}
          options={STATUSES}
          onChange={(event) => setStatus(event.target.value)}
        />
      </div>
      <div>
        <a href={address} download className={buttonClass()}>
          <Download aria-hidden />
          Download
        </a>
      </div>
    </div>
  );
}
