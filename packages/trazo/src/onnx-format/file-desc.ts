// A file of its own, so that the bundle can put off running what it imports: see scripts/build-library.mjs.
export { fileDesc } from "@bufbuild/protobuf/codegenv2";
