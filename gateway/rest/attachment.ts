/** The header Content-Disposition of a file to be kept under a name, of which only what every client reads alike is left. */
export function attachmentNamed(name: string): string {
  return `attachment; filename="${name.replaceAll(/[^ !#-[\]-~]/g, '_')}"`;
}
