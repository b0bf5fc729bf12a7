import { serverRequestOf } from '../../http/server-request.js'

/** The URL that the sender called, which a proxy may have changed. */
export function calledUrl(request: Request, publicUrl: string | ((request: Request) => string) | undefined): string {
  const seen = serverRequestOf(request)?.url ?? request.url
  if (typeof publicUrl === 'function') return publicUrl(request)
  if (publicUrl === undefined) return seen
  const [, rest = '', query = ''] = /^[^:]*:\/\/[^/?#]*([^?]*)(.*)$/s.exec(seen) ?? []
  const [, origin = publicUrl, path = '', ownQuery = ''] = /^([^:]*:\/\/[^/?#]*)([^?]*)(.*)$/s.exec(publicUrl) ?? []
  return `${origin}${path === '' || path === '/' ? rest : path}${query === '' ? ownQuery : query}`
}
