import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../design/app.css";
import { forgetMove } from "../server-settings.ts";
import { ForgotPasswordPage } from "./forgot-password.tsx";
import { InvitationPage } from "./invitation.tsx";
import { NotFoundPage } from "./problem.tsx";
import { RequestPage } from "./request-page.tsx";
import { ResetPasswordPage } from "./reset-password.tsx";
import { SignInPage, SignUpPage } from "./sign-in-page.tsx";
import { VerifyEmailPage } from "./verify-email.tsx";

forgetMove();
createRoot(document.getElementById("root")!).render(<StrictMode>{page(location.pathname)}</StrictMode>);

/** These pages lead to one another by loading anew, so the path is read once. */
function page(path: string) {
  const [, first = "", second = "", ...rest] = path.replace(/\/$/, "").split("/");
  if (rest.length === 0 && second) {
    if (first === "connect") return <RequestPage id={readable(second)} />;
    if (first === "invitations") return <InvitationPage token={readable(second)} />;
  }
  if (!second) {
    if (first === "sign-in") return <SignInPage />;
    if (first === "sign-up") return <SignUpPage />;
    if (first === "verify-email") return <VerifyEmailPage />;
    if (first === "forgot-password") return <ForgotPasswordPage />;
    if (first === "reset-password") return <ResetPasswordPage />;
  }
  return <NotFoundPage />;
}

function readable(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
