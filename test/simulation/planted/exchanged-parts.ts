import type { BatchProducer, Broker } from '@groundswell/kafka';

/** The same thing with some of its parts exchanged; a part that is undefined is not there. */
export const withParts = <Whole extends object>(
  whole: Whole,
  parts: { readonly [Part in keyof Whole]?: Whole[Part] | undefined },
): Whole =>
  new Proxy<Whole>(whole, {
    get: (target, name) => {
      if (name in parts) return Reflect.get(parts, name);
      const part: unknown = Reflect.get(target, name);
      return typeof part === 'function' ? part.bind(target) : part;
    },
  });

export const withSender = (broker: Broker, wrap: (sender: BatchProducer) => BatchProducer): Broker => ({
  ...broker,
  producer: () => wrap(broker.producer()),
});
