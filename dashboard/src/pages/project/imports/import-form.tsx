import { FILE_FORMATS, type FileFormat } from "@parlance/contract/formats";
import { Alert } from "../../../components/alert.tsx";
import { Button } from "../../../components/button.tsx";
import { Radio } from "../../../components/radio.tsx";
import { SelectField } from "../../../components/select-field.tsx";
import { TextField } from "../../../components/text-field.tsx";
import { Form } from "../../../parts/form.tsx";
import { useForm } from "../../../parts/use-form.ts";
import { languageName, size } from "../../../parts/words.ts";
import { NamespaceField } from "../namespace-field.tsx";
import type { Project } from "../use-project.ts";
import { type Guess, guessFile } from "./guess-file.ts";
import { EXISTING, FORMAT_OPTIONS, optionsOf, STATUSES } from "./import-words.ts";
import { type Settings, useStartImport } from "./use-import.ts";

/** How one file is read: guessed, shown, and corrected before anything is sent. */
export function ImportForm({
  project,
  file,
  head,
  like,
  onCancel,
}: {
  project: Project;
  file: File;
  /** Its first bytes, as text. */
  head: string;
  /** Settings of an earlier import, to do the same again. */
  like: Settings | null;
  onCancel: () => void;
}) {
  const start = useStartImport();
  const guess = guessFile(file.name, head, project);
  const form = useForm({
    format: like?.format ?? guess.format,
    language: like?.language ?? guess.language ?? "",
    namespace: like?.namespace ?? guess.namespace,
    existing: like?.existing ?? "overwrite",
    status: like?.status ?? project.peopleStatus,
    message: like?.message ?? "",
    size: file.size,
  });
  const { values, set, problems } = form;
  const format = FILE_FORMATS[values.format];
  const byLanguage = format.languages !== "many";
  const byNamespace = format.namespaces === "one";

  async function submit(dryRun: boolean) {
    const check = {
      language: byLanguage && !values.language ? "Say which language the file is in." : null,
      namespace: byNamespace && !values.namespace.trim() ? "Name a namespace." : null,
      size: sizeProblem(file.size, format.maxBytes),
    };
    const message = values.message.trim();
    await form.submit(() => {
      const settings: Settings = {
        format: values.format,
        existing: values.existing,
        status: values.status,
        ...(byLanguage && { language: values.language }),
        ...(byNamespace && { namespace: values.namespace.trim() }),
        ...(message && { message }),
      };
      return start(file, settings, dryRun);
    }, check);
  }

  return (
    <Form failure={form.failure} onSubmit={() => void submit(true)}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 text-sm">
          <bdi className="font-medium break-all">{file.name}</bdi>{" "}
          <span className="text-muted tabular-nums">{size(file.size)}</span>
        </p>
        <Button size="sm" onClick={onCancel}>
          Choose another file
        </Button>
      </div>
      {problems.size && (
        <Alert tone="danger" announce title="This file cannot be imported">
          {problems.size}
        </Alert>
      )}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <SelectField
          label="Format"
          value={values.format}
          error={problems.format ?? null}
          hint={
            <code dir="ltr" className="font-mono text-xs break-all">
              {format.example}
            </code>
          }
          options={FORMAT_OPTIONS}
          onChange={(event) => set("format", event.target.value as FileFormat)}
        />
        {byLanguage && (
          <SelectField
            label="Language"
            value={values.language}
            error={problems.language ?? null}
            hint={languageHint(guess, values.language)}
            options={[
              ...(values.language ? [] : [{ value: "", label: "Choose …", disabled: true }]),
              ...project.languages.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
            ]}
            onChange={(event) => set("language", event.target.value)}
          />
        )}
        {byNamespace && (
          <NamespaceField
            names={project.namespaces.map(({ name }) => name)}
            value={values.namespace}
            error={problems.namespace ?? null}
            onChange={(name) => set("namespace", name)}
          />
        )}
        <SelectField
          label="State of the texts"
          hint={format.holds.includes("status") ? "Where its line does not say it." : undefined}
          value={values.status}
          error={problems.status ?? null}
          options={optionsOf(STATUSES)}
          onChange={(event) => set("status", event.target.value as typeof values.status)}
        />
      </div>
      <fieldset className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <legend className="mb-1.5 font-medium">Where a text is there already</legend>
        {Object.entries(EXISTING).map(([value, label]) => (
          <Radio
            key={value}
            name="existing"
            label={label}
            checked={values.existing === value}
            onChange={() => set("existing", value as typeof values.existing)}
          />
        ))}
      </fieldset>
      <TextField
        label="Message"
        hint="Optional. Why, for those who read the changes later."
        maxLength={500}
        value={values.message}
        error={problems.message ?? null}
        onChange={(event) => set("message", event.target.value)}
      />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button type="submit" variant="primary" busy={form.busy}>
          Try it first
        </Button>
        <Button busy={form.busy} onClick={() => void submit(false)}>
          Import
        </Button>
        <p className="text-sm text-muted">
          A trial reads the whole file, says what is wrong and writes nothing.
        </p>
      </div>
    </Form>
  );
}

function sizeProblem(bytes: number, most: number): string | null {
  if (bytes === 0) return "The file is empty.";
  if (bytes <= most) return null;
  return `It has ${size(bytes)}, and a file may have at most ${size(most)}. Split it.`;
}

function languageHint({ unknownLanguage }: Guess, chosen: string): string | undefined {
  if (!unknownLanguage || chosen) return undefined;
  const name = languageName(unknownLanguage) ?? unknownLanguage;
  return `The file's name says ${name}, which this project does not have yet.`;
}
