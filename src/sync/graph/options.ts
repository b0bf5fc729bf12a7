import { refusal } from '../../model/validation/refusal.js'
import { id } from '../../model/validation/scalars.js'
import { type SourceClock, systemClock } from '../source-clock.js'
import { consoleLogger, type SyncLogger } from '../sync-logger.js'

export interface GraphHistoryOptions {
  /**
   * Whose conversations are read. With `login: 'facebook'` it is the page's id, with `login: 'instagram'` that of the
   * Instagram professional account.
   */
  readonly pageId: string
  /**
   * The token of the page or of the Instagram account. It is sent as a header to the host of the API, and reaches no
   * log, no error, no cursor and no page.
   */
  readonly accessToken: string
  /** By which login the token was given. It decides the host: `graph.facebook.com` or `graph.instagram.com`. */
  readonly login: 'facebook' | 'instagram'
  /**
   * Only with `login: 'facebook'`: the id of the Instagram account that is connected with the page. Its conversations
   * are read then, instead of the page's on Messenger.
   */
  readonly instagramId?: string
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
  /** Default `v24.0`. */
  readonly apiVersion?: string
  /**
   * How fast the API is asked. Default: 2 calls a second, and less when the API says that its limits are near. With
   * false, calls wait only for what the API refuses. All sources of a page or account in one process share its turns
   * and what the API said of its limits.
   */
  readonly pace?: { readonly callsPerSecond: number } | false
  /** Where warnings go. Default: the console. */
  readonly logger?: SyncLogger
  /** For tests. */
  readonly clock?: SourceClock
  /** For tests: spreads the pauses, with numbers from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number
}

/** What is known of a source before it asks for anything. */
export interface GraphAccess {
  readonly host: string
  readonly version: string
  readonly pageId: string
  /** By which id the inbox itself appears among the participants and the senders. */
  readonly ownId: string
  readonly platform: 'messenger' | 'instagram'
  readonly accessToken: string
  readonly callsPerSecond: number | null
  readonly fetch: typeof globalThis.fetch
  readonly logger: SyncLogger
  readonly clock: SourceClock
  readonly random: () => number
}

const defaultVersion = 'v24.0'

/** Throws VALIDATION_FAILED. No problem quotes the token. */
export function graphAccess(options: GraphHistoryOptions): GraphAccess {
  const { pageId, accessToken, login, instagramId, apiVersion = defaultVersion, pace } = options
  if (login !== 'facebook' && login !== 'instagram') throw refusal(['login'], `must be 'facebook' or 'instagram'`)
  for (const [name, given] of Object.entries({ pageId, instagramId: instagramId ?? pageId })) {
    if (!id.safeParse(given).success) throw refusal([name], 'must be an id')
  }
  if (login === 'instagram' && instagramId !== undefined) throw refusal(['instagramId'], `is only for login 'facebook'`)
  // A header can have nothing else, and the error of `fetch` would quote the token.
  if (typeof accessToken !== 'string' || !/^[!-~]+$/.test(accessToken)) throw refusal(['accessToken'], 'must be a token: printable ASCII')
  if (!/^v\d{1,3}\.\d{1,2}$/.test(apiVersion)) throw refusal(['apiVersion'], `must look like '${defaultVersion}'`)
  const callsPerSecond = pace === false ? null : (pace?.callsPerSecond ?? 2)
  if (callsPerSecond !== null && !(callsPerSecond > 0)) throw refusal(['pace', 'callsPerSecond'], 'must be above 0')
  return {
    host: login === 'facebook' ? 'graph.facebook.com' : 'graph.instagram.com',
    version: apiVersion,
    pageId,
    ownId: instagramId ?? pageId,
    platform: login === 'instagram' || instagramId !== undefined ? 'instagram' : 'messenger',
    accessToken,
    callsPerSecond,
    fetch: options.fetch ?? globalThis.fetch,
    logger: options.logger ?? consoleLogger,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  }
}
