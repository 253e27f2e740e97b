import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import "../design/app.css";
import { forgetMove } from "../server-settings.ts";
import { NotFoundPage } from "./problem.tsx";
import { RequestPage } from "./request-page.tsx";
import { SignInPage, SignUpPage } from "./sign-in-page.tsx";
import { WaitingPage } from "./verify-email.tsx";

// Few come to these, and consent should not wait for them.
const CliAuthPage = lazy(() => import("./cli-auth/cli-auth-page.tsx"));
const DevicePage = lazy(() => import("./device/device-page.tsx"));
const ForgotPasswordPage = lazy(() => import("./forgot-password.tsx"));
const InvitationPage = lazy(() => import("./invitation.tsx"));
const ResetPasswordPage = lazy(() => import("./reset-password.tsx"));
const VerifyEmailPage = lazy(() => import("./verify-email-page.tsx"));

forgetMove();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Suspense fallback={<WaitingPage />}>{page(location.pathname)}</Suspense>
  </StrictMode>,
);

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
    if (first === "device") return <DevicePage />;
    if (first === "cli-auth") return <CliAuthPage />;
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
