export interface Repeated {
  readonly work: () => Promise<unknown>;
  /** ms from one end to the next beginning */
  readonly everyMs: number;
  /** told what the work failed with; it is done again all the same */
  readonly onError: (error: unknown) => void;
}

/** Does work again and again, first after `everyMs`. The result stops it and resolves when what is under way has ended. */
export const repeatedly = ({ work, everyMs, onError }: Repeated): (() => Promise<void>) => {
  let underWay: Promise<unknown> = Promise.resolve();
  let isStopped = false;
  let timer: NodeJS.Timeout;
  const again = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      underWay = work().catch(onError).finally(again);
    }, everyMs);
  };
  again();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await underWay;
  };
};
