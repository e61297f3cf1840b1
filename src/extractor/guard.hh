/*
 * guard.hh: the one translator of C++ exceptions into a status.
 *
 * Every function that C calls ends in "catch (...) { return guard_status(err); }",
 * so no exception leaves C++.
 */
#ifndef LOOKALIKE_EXTRACTOR_GUARD_HH
#define LOOKALIKE_EXTRACTOR_GUARD_HH

extern "C" {
#include "lookalike/base/error.h"
}

#include <new>
#include <opencv2/core.hpp>

/* Only inside a catch block. OpenCV reports an allocation that failed as an exception of its own.
 */
inline enum status guard_status(struct error *err) noexcept
{
	try {
		throw;
	} catch (const std::bad_alloc &) {
		return error_set(err, ERR_NOMEM, "out of memory");
	} catch (const cv::Exception &e) {
		if (e.code == cv::Error::StsNoMem)
			return error_set(err, ERR_NOMEM, "out of memory");
		return error_set(err, ERR_VISION, "OpenCV: %.100s", e.err.c_str());
	} catch (const std::exception &e) {
		return error_set(err, ERR_VISION, "%.100s", e.what());
	} catch (...) {
		return error_set(err, ERR_VISION, "unknown exception");
	}
}

#endif
