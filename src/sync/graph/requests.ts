import type { GraphAccess } from './options.js'

/** What is asked for. The fields and the sizes are the client's, because it asks for less where the API refuses. */
export type GraphRequest =
  | { readonly list: 'conversations'; readonly after: string | null }
  | { readonly list: 'messages'; readonly conversationId: string; readonly after: string }

const neededFields = ['id', 'created_time', 'from', 'to', 'message', 'attachments']

/**
 * The fields that messages are asked for, from the most to the fewest. The API refuses a whole call for a single field
 * that it does not know, and which ones it knows differs from version to version.
 */
const fieldSets = {
  messenger: [['sticker', 'shares', 'is_unsupported', 'reactions', 'reply_to'], ['sticker', 'shares'], []],
  instagram: [['shares', 'story', 'is_unsupported', 'reactions', 'reply_to'], ['shares', 'story', 'is_unsupported', 'reactions'], []],
} as const

/** How many sets of fields can be asked for. */
export function fieldSetsOf({ platform }: GraphAccess): number {
  return fieldSets[platform].length
}

/** Instagram gives the 20 newest messages of a conversation. */
const firstMessages = { messenger: 25, instagram: 20 } as const
const conversationsAtOnce = 25
const furtherMessages = 100

/** How many elements the answer to a request may have in its list. */
export function sizeOf({ list }: GraphRequest, halvings: number): number {
  return halved(list === 'conversations' ? conversationsAtOnce : furtherMessages, halvings)
}

/** The URL of a request. It has no token. */
export function urlOf(access: GraphAccess, request: GraphRequest, fieldSet: number, halvings: number): URL {
  const { host, version, platform, pageId } = access
  const messageFields = [...neededFields, ...(fieldSets[platform][fieldSet] ?? [])].join(',')
  const owner = request.list === 'conversations' ? pageId : request.conversationId
  const url = new URL(`https://${host}/${version}/${encodeURIComponent(owner)}/${request.list}`)
  const messages = halved(firstMessages[platform], halvings)
  const parameters = {
    ...(request.list === 'conversations' && { platform }),
    fields: request.list === 'messages' ? messageFields : `id,updated_time,participants,messages.limit(${messages}){${messageFields}}`,
    limit: String(sizeOf(request, halvings)),
    ...(request.after !== null && { after: request.after }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

function halved(size: number, halvings: number): number {
  return Math.max(1, Math.floor(size / 2 ** halvings))
}
