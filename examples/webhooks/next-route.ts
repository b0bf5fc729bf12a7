// This is `app/webhook/route.ts` of a Next.js application.
import { handle } from './host.js'

export { handle as GET, handle as POST }
