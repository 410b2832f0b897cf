import type { RawTouch } from '@groundswell/schemas';

const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== '' && value !== undefined),
  );

const group = (name: string, fields: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const inner = given(fields);
  return Object.keys(inner).length === 0 ? {} : { [name]: inner };
};

/** Scalars are kept as JSON text; what is none any more is shown as the text it is. */
const scalar = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
};

/**
 * An accepted touch as its sender would write it, so that people read and edit one format. Parsing it gives the touch
 * back, except what a sender cannot say: whether the id was derived, and how precise the time was.
 */
export const recordOfTouch = (touch: RawTouch): Record<string, unknown> => ({
  ...given({
    id: touch.id,
    source: touch.source,
    time: new Date(touch.time).toISOString(),
    received: touch.claimedReceived === null ? null : new Date(touch.claimedReceived).toISOString(),
    type: touch.type,
  }),
  ...group('person', {
    email: touch.personEmail,
    id: touch.personId,
    anonymous_id: touch.anonymousId,
    title: touch.personTitle,
    name: touch.personName,
  }),
  ...group('account', { domain: touch.accountDomain, id: touch.accountId, name: touch.accountName }),
  ...given({
    product: touch.product,
    channel: touch.channel,
    content: touch.content,
    campaign: touch.campaign,
    send_id: touch.sendId,
    direction: touch.direction,
    actor: touch.actor,
  }),
  ...(touch.bot ? { bot: true } : {}),
  ...(Object.keys(touch.properties).length === 0
    ? {}
    : {
        properties: Object.fromEntries(Object.entries(touch.properties).map(([name, json]) => [name, scalar(json)])),
      }),
});
