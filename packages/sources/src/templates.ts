/** Folder of the ready source files that ship with the product, one YAML file per tool. */
export const templatesDir = new URL('../templates/', import.meta.url);
