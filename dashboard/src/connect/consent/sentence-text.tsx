import { TriangleAlert } from "lucide-react";
import { Name } from "../../components/name.tsx";
import type { Piece } from "./sentence.ts";

/** A sentence with its verbs and names standing out; what reaches production is amber and carries a sign. */
export function Sentence({ pieces }: { pieces: Piece[] }) {
  return pieces.map((piece, index) => {
    const key = `${index}`;
    if (typeof piece === "string") return <span key={key}>{piece}</span>;
    if ("name" in piece) {
      return (
        <Name key={key} className="font-semibold">
          {piece.name}
        </Name>
      );
    }
    if (!piece.production) {
      return (
        <strong key={key} className="font-semibold">
          {piece.verb}
        </strong>
      );
    }
    return (
      <strong key={key} className="font-semibold whitespace-nowrap text-production-text">
        <TriangleAlert aria-hidden className="me-0.5 inline size-3.5 align-[-0.125em]" />
        {piece.verb}
      </strong>
    );
  });
}
