import "trazo/worker";
