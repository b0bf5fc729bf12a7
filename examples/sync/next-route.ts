// This is `app/api/conversations/sync-fixed/route.ts` of a Next.js application.
import { handle } from './host.js'

export { handle as POST }

/** Longer than the handler's budget and a page, in seconds, so that each request is answered. */
export const maxDuration = 60
