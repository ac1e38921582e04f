/** The style of the reference. It is part of the page, and named by its hash in the page's content policy. */
export const REFERENCE_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1f2430, #d8dce6);
  --faint: light-dark(#667085, #8b93a7);
  --line: light-dark(#e4e7ec, #30384a);
  --back: light-dark(#fff, #14181f);
  --panel: light-dark(#f7f8fa, #1a2029);
  --link: light-dark(#1d5fbf, #7db3ff);
  --mark: light-dark(#fff6d6, #3a3420);
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); font: 15px/1.55 system-ui, sans-serif; color: var(--text); background: var(--back) }
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
code { font: .875em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem 1rem 3rem; background: var(--panel); border-right: 1px solid var(--line); font-size: .875rem }
nav .home { margin: 0; font-weight: 600 }
nav h2 { margin: 1.2rem 0 .3rem; font-size: .75rem; letter-spacing: .05em; text-transform: uppercase }
nav ul { margin: .1rem 0 .5rem; padding-left: 1rem; list-style: none }
nav li { overflow-wrap: anywhere }
summary { cursor: pointer }
main { max-width: 66rem; padding: 1.5rem 2.5rem 6rem; overflow-wrap: break-word }
h1 { margin: 0 0 .5rem; font-size: 1.9rem; line-height: 1.2 }
h2 { margin: 3.5rem 0 1rem; font-size: 1.45rem }
h3 { margin: 3rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.25rem }
h4 { margin: 2.2rem 0 .2rem; font-size: 1.05rem }
h5 { margin: 1.2rem 0 .3rem; font-size: .9rem }
p { margin: .4rem 0 }
section > p { max-width: 46rem }
.full, .uses, .empty, .bounds, .json, .number, .facts { color: var(--faint) }
.full, .uses, .bounds, .facts { font-size: .875rem }
.full { margin: 0 0 .6rem; font-family: ui-monospace, Menlo, Consolas, monospace }
.anchor { color: var(--faint); font-weight: 400; opacity: .45 }
.anchor:hover { opacity: 1; text-decoration: none }
.files { display: flex; flex-wrap: wrap; gap: 0 1.5rem; padding: 0; list-style: none }
.rpc { padding-left: 1.1rem; border-left: 3px solid var(--line) }
.rpc h4 { margin-top: 2.4rem }
td .route { white-space: nowrap }
.facts span:not(:last-child)::after { content: " · " }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { padding: .45rem .8rem .45rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400 }
thead th { border: 0; color: var(--faint); font-size: .8rem }
tbody th { width: 15rem }
tbody td:nth-child(2) { width: 13rem }
td.number { width: 5rem }
td p { margin: 0 0 .2rem }
td ul, section > ul { margin: .3rem 0; padding-left: 1.2rem }
.behavior { white-space: nowrap; padding: 0 .4em; border: 1px solid var(--line); border-radius: .6em; font-size: .8rem }
.deprecated { font-weight: 600 }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .7rem 0; font-size: .92rem }
dt { color: var(--faint) }
dd { margin: 0 }
:target { background: var(--mark) }
h3:target, h4:target, h5:target { box-shadow: 0 0 0 .3rem var(--mark) }
@media (max-width: 60rem) {
  body { display: block }
  nav { position: static; height: auto; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line) }
  main { padding: 1rem 1rem 4rem }
  thead { display: none }
  tr { display: block; padding: .5rem 0; border-top: 1px solid var(--line) }
  tbody th, tbody td, tbody td:nth-child(2), td.number { display: block; width: auto; padding: 0; border: 0 }
  td .route { white-space: normal }
}
@media print { body { display: block } nav { display: none } }
`;
