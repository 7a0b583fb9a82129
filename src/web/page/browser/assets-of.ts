/** What a page is drawn and moved by; each address changes with the content. */
export function assetsOf(page: Document): string {
  const assets = page.head.querySelectorAll("script[src], link[rel=stylesheet]");
  return [...assets].map((asset) => asset.getAttribute("src") ?? asset.getAttribute("href")).join(" ");
}
