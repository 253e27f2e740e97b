import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useOrganization } from "../../data/organization.tsx";

export function BackToApps() {
  const { slug } = useOrganization();
  return (
    <Link
      to="/organizations/$slug/apps"
      params={{ slug }}
      className="mb-3 inline-flex items-center gap-1 rounded-sm text-sm text-muted no-underline hover:text-ink"
    >
      <ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />
      Apps
    </Link>
  );
}
