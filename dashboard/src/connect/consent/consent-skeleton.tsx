import { Loading, Skeleton } from "../../components/skeleton.tsx";

/** As high as a usual consent page, so that nothing jumps when it arrives. */
export function ConsentSkeleton() {
  return (
    <div className="px-5 py-8 sm:px-6">
      <Loading />
      <div className="flex justify-center gap-10">
        <Skeleton className="size-14" />
        <Skeleton className="size-14" />
      </div>
      <Skeleton className="mx-auto mt-6 h-6 w-4/5" />
      <Skeleton className="mx-auto mt-3 h-4 w-1/2" />
      <Skeleton className="mt-10 h-9 w-full" />
      {["a", "b", "c", "d", "e", "f", "g"].map((row) => (
        <div key={row} className="mt-7 flex items-center justify-between">
          <Skeleton className="h-4 w-3/5" />
          <Skeleton className="h-5 w-9" />
        </div>
      ))}
      <Skeleton className="mt-12 h-11 w-full" />
    </div>
  );
}
