import { CirclePause, CirclePlay, Flag, Trash2 } from "lucide-react";
import { useState } from "react";
import { explain } from "../../api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Menu } from "../../components/menu.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { count, languageName } from "../../parts/words.ts";
import type { Project } from "./use-project.ts";

interface Props {
  project: Project;
  language: Project["languages"][number];
}

/** What can be done with a target language. */
export function LanguageActions({ project, language }: Props) {
  const { code, name, status } = language;
  const update = useWrite("languages.update");
  const toast = useToast();
  const [asking, setAsking] = useState<"remove" | "source" | null>(null);
  const next = status === "draft" ? "active" : "draft";
  const question = { project, language, open: true, onOpenChange: () => setAsking(null) };

  const change = () =>
    update
      .mutateAsync({ projectId: project.id, code, status: next })
      .then(() => toast({ title: next === "active" ? `${name} is active` : `${name} is a draft` }))
      .catch((error) => toast({ tone: "danger", title: explain(error) }));
  return (
    <>
      <Menu
        label={`Actions for ${name}`}
        items={[
          next === "active"
            ? { label: "Activate", icon: CirclePlay, onSelect: () => void change() }
            : { label: "Make it a draft", icon: CirclePause, onSelect: () => void change() },
          { label: "Make it the source …", icon: Flag, onSelect: () => setAsking("source") },
          { label: "Remove …", icon: Trash2, danger: true, onSelect: () => setAsking("remove") },
        ]}
      />
      {asking === "remove" && <Remove {...question} />}
      {asking === "source" && <MakeSource {...question} />}
    </>
  );
}

interface Question extends Props {
  open: boolean;
  onOpenChange: () => void;
}

function Remove({ project, language, ...dialog }: Question) {
  const { code, name, status, translated } = language;
  const remove = useWrite("languages.remove");
  const add = useWrite("languages.add");
  const toast = useToast();
  const where = { projectId: project.id, code };
  const bringBack = () =>
    add
      .mutateAsync({ ...where, status })
      .then(() => toast({ title: `${name} is back with its texts` }))
      .catch((error) => toast({ tone: "danger", title: explain(error) }));
  async function leave() {
    await remove.mutateAsync(where);
    toast({ title: `Removed ${name}`, action: { label: "Undo", onClick: () => void bringBack() } });
  }
  return (
    <ConfirmDialog {...dialog} title={`Remove ${name}?`} action={`Remove ${name}`} onConfirm={leave}>
      It leaves the next release. Until somebody publishes, your users still get it. Its{" "}
      {count(translated, "text")} are kept and come back if you add {name} again.
    </ConfirmDialog>
  );
}

function MakeSource({ project, language, ...dialog }: Question) {
  const { code, name } = language;
  const setSource = useWrite("languages.setSource");
  const toast = useToast();
  const present = languageName(project.sourceLanguage) ?? project.sourceLanguage;
  async function change() {
    const { outdatedKeys } = await setSource.mutateAsync({ projectId: project.id, code });
    const outdated =
      outdatedKeys > 0 ? `. The translations of ${count(outdatedKeys, "key")} are outdated now` : "";
    toast({ title: `${name} is the source language${outdated}` });
  }
  return (
    <ConfirmDialog
      {...dialog}
      title={`Translate from ${name}?`}
      action={`Make ${name} the source`}
      onConfirm={change}
    >
      New texts are then written in {name} first, and {present} is translated like the others. {name} needs a
      text for every key that has one in {present}.
    </ConfirmDialog>
  );
}
