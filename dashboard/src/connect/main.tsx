import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../design/app.css";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <p className="p-4 text-muted">…</p>
  </StrictMode>,
);
