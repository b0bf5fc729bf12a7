import { notInstalled } from './not-installed.js'

/**
 * What opens databases by URL knows every adapter and every driver. A bundle of a host that hands in one adapter must
 * hold none of them, so bundlers are kept from following this import: Node resolves it when a store is opened by a URL.
 * Throws UNSUPPORTED where the package is not there.
 */
export async function loadOpening(): Promise<typeof import('./index.js')> {
  // Bundlers that do not know the comments below would follow a literal name.
  const subpath = ['conversation-store', 'opening'].join('/')
  const loading: Promise<typeof import('./index.js')> = import(
    /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ subpath
  )
  return loading.catch(
    notInstalled(
      'conversation-store',
      'opening a url from a bundle',
      `an adapter: createConversationStore({ adapter: postgres({ pool }) }), or { adapter: openUrl(url) } with openUrl from conversation-store/opening`,
    ),
  )
}
