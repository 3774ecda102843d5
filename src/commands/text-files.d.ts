/** Files that are imported as text. */
declare module "*.bash" {
  const text: string;
  export default text;
}
declare module "*.fish" {
  const text: string;
  export default text;
}
declare module "*/_fugue" {
  const text: string;
  export default text;
}
