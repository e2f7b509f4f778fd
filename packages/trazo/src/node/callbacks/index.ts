export * from "../../callbacks/index.js";
export { type CsvLoggerOptions, csvLogger, jsonLinesLogger } from "./loggers.js";
export { type TensorBoardOptions, tensorBoard } from "./tensor-board.js";
