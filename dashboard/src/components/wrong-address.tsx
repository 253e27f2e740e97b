import { properAddress, SERVER } from "../server-settings.ts";
import { Alert } from "./alert.tsx";

/** Says that this server belongs at another address, where signing in works, and leads there. */
export function WrongAddress({ className }: { className?: string }) {
  const address = properAddress();
  if (!address) return null;
  return (
    <Alert tone="production" title="This is not this server's own address" {...(className && { className })}>
      Signing in and connecting work only there. Go on at{" "}
      <a href={address} className="break-all underline underline-offset-2">
        <bdi>{SERVER.publicUrl}</bdi>
      </a>
    </Alert>
  );
}
