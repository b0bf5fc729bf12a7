/** What a request asks for. */
export type Asked = 'list' | 'start' | 'preview' | 'eligible destinations' | 'show' | 'cancel'

/** An address of the API, and what each method means there. */
export interface Route {
  readonly accountId: string
  /** The inbox, by its id or its `oaId`. */
  readonly inbox: string
  /** Empty where the address names none. */
  readonly migrationId: string
  readonly methods: ReadonlyMap<string, Asked>
}

const shape = /^\/api\/v1\/accounts\/([^/]+)\/inboxes\/([^/]+)\/migrations(?:\/([^/]+)(\/cancel)?)?\/?$/

/** Returns null for what is no address of the API. */
export function routeOf(path: string): Route | null {
  const found = shape.exec(path)
  const [accountId = '', inbox = '', last = '', cancel = ''] = (found ?? []).slice(1).map(decoded)
  if (accountId === '' || inbox === '') return null
  const at = { accountId, inbox, migrationId: '' }
  if (last === '') return { ...at, methods: new Map([['GET', 'list'] as const, ['POST', 'start'] as const]) }
  if (cancel !== '') return { ...at, migrationId: last, methods: new Map([['POST', 'cancel']]) }
  if (last === 'preview') return { ...at, methods: new Map([['GET', 'preview']]) }
  if (last === 'eligible_destinations') return { ...at, methods: new Map([['GET', 'eligible destinations']]) }
  return { ...at, migrationId: last, methods: new Map([['GET', 'show']]) }
}

/** What no client has encoded stays as it is, and is no id. */
function decoded(part: string | undefined): string | undefined {
  try {
    return part && decodeURIComponent(part)
  } catch {
    return part
  }
}
