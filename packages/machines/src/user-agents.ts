import { boundedMemo } from '@groundswell/identity';
import { isbot } from 'isbot';

/** The list that is asked: the version belongs to every mark that it causes. */
export const USER_AGENT_LIST = 'isbot-5.2.3';

/** Different user agents that are remembered; a stream has far fewer that make up most of it. */
const MOST_USER_AGENTS = 1 << 13;

/**
 * Programs that the lists know and that fetch what a person has just asked for: Gmail's and Yahoo's image proxies load a
 * mail's images when somebody opens it, and Outlook's apps name themselves. Of 100 real opens in one automation tool's
 * export, 40 came through Gmail's proxy.
 */
const onBehalfOfSomebody = /GoogleImageProxy|YahooMailProxy|^Outlook-(?:iOS|Android)\//;

/**
 * Whether a user agent says by itself that it is a machine. One that is missing says nothing: half the clicks of a real
 * export have none.
 */
export const isMachineAgent: (userAgent: string) => boolean = boundedMemo(
  MOST_USER_AGENTS,
  (userAgent) => userAgent !== '' && !onBehalfOfSomebody.test(userAgent) && isbot(userAgent),
);
