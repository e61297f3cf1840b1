/*
 * vision.cc: settings of the C++ libraries that hold for the whole process. Workers are processes,
 * so a library's own threads would only compete with them, and would not survive the fork.
 */
#include "lookalike/extractor/vision.h"

#include <cstdio>
#include <dlib/revision.h>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>

void vision_init(void)
{
	cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
	cv::setNumThreads(1);
}

void vision_versions(char *out, size_t out_size)
{
	snprintf(out, out_size, "OpenCV %s, dlib %d.%d.%d", CV_VERSION, DLIB_MAJOR_VERSION,
		 DLIB_MINOR_VERSION, DLIB_PATCH_VERSION);
}
