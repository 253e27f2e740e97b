import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ToastProvider } from "./components/toast.tsx";
import { membershipsQuery } from "./data/organization.tsx";
import { queryClient } from "./data/queries.ts";
import { sessionQuery } from "./data/session.ts";
import { router } from "./routes.tsx";
import { forgetMove } from "./server-settings.ts";
import "./design/app.css";

forgetMove();
// Every page needs these two; asking before the first render saves a round trip.
void queryClient.prefetchQuery(sessionQuery);
void queryClient.prefetchQuery(membershipsQuery);

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
